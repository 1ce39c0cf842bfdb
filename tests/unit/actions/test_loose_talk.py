"""Loose talk: places in a list, several wishes at once, names that only the orders know."""

from types import SimpleNamespace

import pytest

from actions import cancelling, orders, repair, sellers
from aftersale.services.call import OrderHint
from aftersale.services.find_order import Found, FoundKind
from aftersale.services.reply import Reply


def shown_picker(*numbers):
    block = {"type": "order_picker", "orders": [{"number": number} for number in numbers]}
    custom = {"response": "utter_which_order", "variables": {"blocks": [block]}}
    return [{"event": "bot", "data": {"custom": custom}}]


@pytest.mark.parametrize(
    ("pick", "text", "number"),
    [
        ("2", "2", "B-2"),
        ("2", "the second one", "B-2"),
        ("first", "the first one", "A-1"),
        ("9", "9", None),
        ("first", "my first order", None),
    ],
)
def test_a_place_in_the_list_just_shown_is_that_order(pick, text, number, use_cases, run):
    run(
        cancelling.AskFormSlot,
        "inform_order",
        entities=[("order_pick", pick)],
        slots={"order_ref": pick, "requested_slot": "order_ref"},
        form="cancel_form",
        text=text,
        events=shown_picker("A-1", "B-2"),
    )
    assert use_cases.calls[0][1][0].number == number


def test_a_place_in_a_list_never_shown_names_no_order(use_cases, run):
    run(orders.ShowOrder, "inform_order", entities=[("order_pick", "2")], text="2")
    assert use_cases.calls[0][1] == (OrderHint(text="2"),)


SEVERAL_WISHES = {
    "both": [("order_pick", "several")],
    "cancel A-1 and B-2": [("order_number", "A-1"), ("order_number", "B-2")],
    "cancel A-1 and where is my other order": [("order_number", "A-1")],
}


@pytest.mark.parametrize("text", SEVERAL_WISHES)
def test_of_several_wishes_the_rest_is_not_passed_over_in_silence(text, use_cases, run):
    said, _, _ = run(
        cancelling.AskFormSlot, "cancel_order", entities=SEVERAL_WISHES[text], text=text
    )
    assert said[0][0] == "utter_one_at_a_time"


@pytest.mark.parametrize("text", ["cancel A-1 please", "cancel the salt and pepper mill"])
def test_one_wish_is_one_wish(text, use_cases, run):
    said, _, _ = run(cancelling.AskFormSlot, "cancel_order", text=text)
    assert [name for name, _ in said] == ["utter_x"]


ORDER = SimpleNamespace(number="A-1")
FITTING = [
    (Found(FoundKind.ONE, ORDER, (ORDER,)), "order_ref", True),
    (Found(FoundKind.SEVERAL, None, (ORDER, ORDER)), "order_ref", True),
    (Found(FoundKind.NONE), "order_ref", False),
    (Found(FoundKind.SEVERAL, None, (ORDER, ORDER)), "cancel_confirmed", False),
]


@pytest.mark.parametrize(("found", "requested", "silent"), FITTING)
def test_a_name_only_the_orders_know_is_no_misunderstanding(
    found, requested, silent, use_cases, run
):
    use_cases.named = found
    slots = {"requested_slot": requested}
    said, _, _ = run(
        repair.NotUnderstood, "nlu_fallback", slots=slots, form="cancel_form", text="my jaket"
    )
    assert (said == []) is silent


def test_cancel_said_again_is_no_yes_yet(use_cases, run):
    slots = {"requested_slot": "cancel_confirmed"}
    again = {"slots": slots, "form": "cancel_form", "text": "cancel it!!"}
    assert run(repair.SaidAgain, "cancel_order", **again)[0][0][0] == "utter_say_yes_or_no"
    use_cases.named = FITTING[0][0]
    assert run(repair.SaidAgain, "cancel_order", **again)[0] == []


def test_asked_what_was_meant_the_form_says_its_question_in_full(run):
    said, slots, _ = run(repair.Repeat, "repeat", slots={"shown": "mark"}, form="cancel_form")
    assert (said, slots) == ([], {"shown": None})


def test_which_order_is_asked_once_a_turn(use_cases, run):
    use_cases.reply = Reply("utter_which_order", {"blocks": []}, {"order_ref": None}, done=False)
    asked = {"requested_slot": "order_ref"}
    assert run(orders.ShowOrder, "track_order", slots=asked, form="cancel_form")[0] == []
    assert run(orders.ShowOrder, "track_order")[0][0][0] == "utter_which_order"


QUESTIONS = ["is the seller online", "who is the seller", "my email to the seller bounced"]
TOLD = {
    "ok what is their phone number": "contact_seller.details",
    "what is the seller's e-mail?": "contact_seller.details",
    "give me the sellers contact details": "contact_seller.details",
    "how do i contact the seller": "contact_seller.path",
    "where is the contact seller button": "contact_seller.path",
    "have you heard back from the supplier": "show_order.status",
    "has the seller seen my message": "show_order.status",
}


@pytest.mark.parametrize("text", TOLD)
def test_what_is_asked_about_the_seller_is_told(text, use_cases, run):
    run(sellers.AskLetter, "contact_seller", text=text)
    assert [name for name, _, _ in use_cases.calls] == [TOLD[text]]


@pytest.mark.parametrize(
    ("text", "answer"), [("ok wait", "ask_again"), ("wait", "decline"), ("ok no", "decline")]
)
def test_half_a_yes_that_was_taken_for_a_no_keeps_the_question(text, answer, use_cases, run):
    run(cancelling.Decline, "deny", text=text)
    assert [name for name, _, _ in use_cases.calls] == [f"cancel_order.{answer}"]


@pytest.mark.parametrize("text", ["did they answer", "yes? has the supplier agreed", "have they"])
def test_asking_whether_they_agreed_is_no_yes(text, use_cases, run):
    run(cancelling.Confirm, "affirm", text=text)
    assert [name for name, _, _ in use_cases.calls] == ["cancel_order.ask_again"]


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_about_the_seller_is_no_yes_to_the_letter(text, use_cases, run):
    run(sellers.AskLetter, "contact_seller", text=text)
    assert [name for name, _, _ in use_cases.calls] == ["compose.step"]


@pytest.mark.parametrize("text", ["write to them then", "contact the seller please", None])
def test_a_wish_to_write_is_the_yes_to_the_letter(text, use_cases, run):
    run(sellers.AskLetter, "contact_seller", text=text)
    assert [name for name, _, _ in use_cases.calls] == ["contact_seller.if_offered"]


CANCELLING = [
    {"response": "utter_cancel_status_allows", "variables": {"offer": "cancel"}},
    {"response": "utter_ask_again_cancel", "variables": {"number": "A-1"}},
]


@pytest.mark.parametrize("said", CANCELLING)
def test_send_it_is_no_yes_to_cancelling(said, use_cases, run):
    events = [{"event": "bot", "data": {"custom": said}}]
    run(cancelling.Confirm, "affirm", text="send it", events=events)
    assert [name for name, *_ in use_cases.calls] == ["cancel_order.ask_again"]


def test_send_it_is_a_yes_to_a_letter(use_cases, run):
    custom = {"response": "utter_cancel_consent_needed", "variables": {"offer": "request_cancel"}}
    events = [{"event": "bot", "data": {"custom": custom}}]
    run(cancelling.Confirm, "affirm", text="send it", events=events)
    assert [name for name, *_ in use_cases.calls] == ["cancel_order.confirm"]


def test_of_several_numbers_the_first_is_cancelled_and_the_last_is_a_correction(use_cases, run):
    entities = [("order_number", "A-1"), ("order_number", "B-2")]
    run(cancelling.AskFormSlot, "cancel_order", entities=entities)
    run(cancelling.AskFormSlot, "other_order", entities=entities)
    assert [args[0].number for _, args, _ in use_cases.calls] == ["A-1", "B-2"]


def test_a_person_is_suggested_once(run):
    ranking = ("nlu_fallback", "talk_to_human", "track_order")
    said, _, _ = run(repair.NotUnderstood, "nlu_fallback", ranking=ranking)
    assert said[0][1]["choices"] == ["track_order", "talk_to_human"]
