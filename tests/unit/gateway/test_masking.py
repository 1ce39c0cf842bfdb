from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftersale.domain.order_numbers import number_keys
from aftersale.gateway.masking import CARD_MARK, SECRET_MARK, MaskContext, is_card, mask

VISA, AMEX, MASTER = "4111111111111111", "378282246310005", "5555555555554444"
CARDS = [
    VISA, AMEX, MASTER, "6011111111111117", "3530111333300000", "30569309025904",
    "4222222222222", "2223003122003222", "6212345678901232",
]  # fmt: skip


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("separator", ["", " ", "-", ".", "\u00a0", " - ", "\u2013"])
def test_a_card_number_is_hidden_however_it_is_written(card, separator):
    groups = [card[i : i + 4] for i in range(0, len(card), 4)]
    masked = mask(f"my card {separator.join(groups)} thanks")
    assert masked.text == f"my card {CARD_MARK} thanks"
    assert masked.notices == ("utter_hidden_card",)


@pytest.mark.parametrize(
    "text",
    [
        "order 8123 4567 8901",
        "order SD-100234 and HD/55821 and GB77-3391",
        "SC-20261104-07",
        "4111111111111112",  # the check digit is wrong
        "9111111111111111",  # nobody issues these
        "0000000000000000",
        "call me on +49 30 1234 5678 90",
        "X4111111111111111Y",
        "on 2026-03-02 10:15:20 I paid 19.99",
        "1Z999AA10123456784",
    ],
)
def test_what_is_no_card_stays(text):
    assert mask(text).text == text


@given(st.text(alphabet="abc /-#", max_size=12), st.integers(10**5, 10**9))
def test_short_numbers_always_stay(words, number):
    assert str(number) in mask(f"{words} {number}").text


def test_a_known_number_of_the_buyer_stays_although_it_looks_like_a_card():
    known = MaskContext(known_numbers=lambda: ["4111 1111 1111 1111"])
    assert mask(f"track {VISA}", known).text == f"track {VISA}"
    assert CARD_MARK in mask(f"track {AMEX}", known).text


def test_known_numbers_are_not_read_for_nothing():
    def read():
        raise AssertionError

    assert mask("where is SD-100234?", MaskContext(known_numbers=read)).notices == ()


def test_a_card_beside_other_numbers_is_hidden_alone():
    assert mask(f"12 {VISA} 5").text == f"12 {CARD_MARK} 5"


@pytest.mark.parametrize("first", CARDS)
@pytest.mark.parametrize("separator", [" ", " - ", " and "])
def test_two_cards_in_a_row_are_both_hidden(first, separator):
    hidden = mask(f"{first}{separator}{AMEX}").text
    assert hidden == f"{CARD_MARK}{separator}{CARD_MARK}"


@pytest.mark.parametrize("zero", ["\uff10", "\u0660", "\u0966"])
def test_a_card_in_the_digits_of_another_script_is_hidden(zero):
    card = "".join(chr(ord(zero) + int(digit)) for digit in VISA)
    assert mask(f"it is {card}").text == f"it is {CARD_MARK}"
    assert CARD_MARK in mask(card[8:], MaskContext(previous=[card[:8]])).text


@pytest.mark.parametrize("text", ["visa{}", "my card is{} ok", "{}thanks"])
def test_a_card_that_a_word_sticks_to_is_hidden(text):
    assert mask(text.format(VISA)).text == text.format(CARD_MARK)


@pytest.mark.parametrize("cut", [4, 6, 8, 12])
def test_a_card_split_over_two_messages_is_never_complete(cut):
    first, second = VISA[:cut], VISA[cut:]
    masked = mask(f"{second} that is it", MaskContext(previous=[f"it is {first}"]))
    assert masked.text == f"{CARD_MARK} that is it"
    assert masked.notices == ("utter_hidden_card",)


def test_a_card_in_four_messages_is_never_complete():
    said = ["my card is 4111", "1111", "1111"]
    assert mask("1111", MaskContext(previous=said)).text == CARD_MARK


def test_two_order_numbers_in_a_row_are_no_card():
    context = MaskContext(previous=["8123 4567 8901"])
    assert mask("8123 4567 8902", context).text == "8123 4567 8902"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("my password is hunter2", f"my password is {SECRET_MARK}"),
        ("Password: hunter2!", f"Password: {SECRET_MARK}"),
        ("pwd=hunter2", f"pwd={SECRET_MARK}"),
        ('the password is "hunter2"', f'the password is "{SECRET_MARK}"'),
        ("pin code: 4821", f"pin code: {SECRET_MARK}"),
        ("cvv 123", f"cvv {SECRET_MARK}"),
        ("the CVC is 1234", f"the CVC is {SECRET_MARK}"),
        (f"{VISA} 12/27 123", f"{CARD_MARK} {SECRET_MARK} {SECRET_MARK}"),
    ],
)
def test_a_credential_is_hidden(text, kept):
    masked = mask(text)
    assert masked.text == kept
    assert "utter_hidden_credential" in masked.notices


@pytest.mark.parametrize(
    "text",
    [
        "my password is wrong",
        "I forgot my password",
        "the password is not accepted",
        "password reset please",
        "where is order 4821",
        "I want 123 of them",
        "shipping 3 items",
        "is a security code needed?",
    ],
)
def test_talk_about_credentials_stays(text):
    assert mask(text).text == text


def test_a_bare_answer_to_a_question_about_a_password_is_hidden():
    asked = MaskContext(question="What is your password?")
    assert mask("hunter2!", asked).text == SECRET_MARK
    assert mask("no", asked).text == "no"
    assert mask("hunter2!").text == "hunter2!"


@pytest.mark.parametrize(
    "question",
    [
        'You can use "Forgot password" on the sign-in page: https://shop.example/forgot\n'
        "Which e-mail address or Member ID does the account have?",
        "I never need your password, so please don't send it here.",
        "Please do not send your password.",
    ],
)
@pytest.mark.parametrize("answer", ["ada@example.com", "M00012", "thanks!"])
def test_an_answer_is_kept_when_no_password_was_asked_for(question, answer):
    assert mask(answer, MaskContext(question=question)).text == answer


@pytest.mark.parametrize(
    "question", ["Please enter your password", "Your password? It is needed."]
)
def test_a_bare_answer_is_hidden_however_a_password_was_asked_for(question):
    assert mask("hunter2", MaskContext(question=question)).text == SECRET_MARK


def test_a_cvv_in_the_message_after_a_card_is_hidden():
    after = MaskContext(previous=[f"it is {CARD_MARK}"])
    assert mask("and 123", after).text == f"and {SECRET_MARK}"


@given(st.text(max_size=300))
def test_masking_is_total_and_stable(text):
    once = mask(text).text
    assert mask(once).text == once


@pytest.mark.parametrize("digits", ["", "4", VISA + "1", "1" * 16])
def test_other_digits_are_no_card(digits):
    assert not is_card(digits)


@pytest.mark.parametrize(
    "text",
    [
        "my verification code is K7P-2QX",
        "security code: k7p2qx.",
        "the verification code is 482911",
    ],
)
def test_a_code_that_was_asked_for_stays(text):
    asked = MaskContext(question="Please type the code here; it looks like K7P-2QX.")
    assert mask(text, asked).text == text
    assert SECRET_MARK in mask(text).text


def test_a_password_is_hidden_even_where_a_code_was_asked_for():
    asked = MaskContext(question="Please type the code here; it looks like K7P-2QX.")
    assert SECRET_MARK in mask("my password is k7p2qx", asked).text
    assert SECRET_MARK in mask("pin code is 482911", asked).text
    assert SECRET_MARK in mask("verification code is correcthorse", asked).text


@pytest.mark.parametrize(
    "text", ["cvv" + " " * 1990 + "x", "card security code " * 20 + " " * 1600]
)
def test_no_message_keeps_everybody_else_waiting(text):
    began = process_time()
    assert mask(text).text == text
    number_keys(" " * 1990 + "x")
    assert process_time() - began < 1  # half a minute, where white space can be read in many ways
