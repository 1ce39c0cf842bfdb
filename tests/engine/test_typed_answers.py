"""What buyers type as an answer: codes, case numbers, addresses, ratings, wished outcomes."""

import time

import pytest

from bot.nlu.entities import ShopMatcher
from bot.nlu.masking import masked
from bot.nlu.typed_answers import find_typed

CODES = {
    "482911": "482911",
    " 482911. ": "482911",
    "482 911": "482911",
    "482-911": "482911",
    "it's 482911": "482911",
    "here you go: 482911": "482911",
    "the code is 482911": "482911",
    "482911 is the code i got": "482911",
    "my code: 4 8 2 9 1 1": "482911",
    "K7P-2QX": "K7P-2QX",
    "i got k7p-2qx in the mail": "K7P-2QX",
    "k7p2qx": "K7P-2QX",
    "the code is k7p2qx": "K7P-2QX",
    "code kpq234": "KPQ-234",
}
CASES = {
    "C-7K3M-92QD": "C-7K3M-92QD",
    "any news on case c-7k3m-92qd?": "C-7K3M-92QD",
    "c7k3m92qd": "C-7K3M-92QD",
    "#C-7K3M-92QD": "C-7K3M-92QD",
    "C 7K3M 92QD": "C-7K3M-92QD",
    "C7K3M-92QD": "C-7K3M-92QD",
    "case 7K3M-92QD": "C-7K3M-92QD",
    "ticket number is 7k3m92qd": "C-7K3M-92QD",
    "my order case is C-7K3M-92QD": "C-7K3M-92QD",
    "C-OIL7-ABCD": "C-0117-ABCD",  # letters that no case number has are digits misread
    "order number C-7K3M-92QD": "C-7K3M-92QD",
}
MEMBERS = {
    "M00012": "M00012",
    "my member id is M-48213": "M-48213",
    "member number 99812": "99812",
    "memberid m00012": "M00012",
}
RATINGS = {
    "4 out of 5": "4",
    "i'd say four out of five": "4",
    "3/5": "3",
    "3 of 5": "3",
    "5 stars": "5",
    "two stars, too slow": "2",
    "stars: 4": "4",
    "rating: 3": "3",
    "i'd give it a 2": "2",
    "you get a 5 from me": "5",
    "\u2b50\u2b50\u2b50": "3",
}
NOTHING = [
    "zip code 902101",
    "coupon code 123456",
    "the error code is 500123",
    "cancelled",
    "c this that",
    "vitamin c 1000 1200",
    "my usb-c cable",
    "2weeks",
    "iphone12",
    "only 3 out of 5 items arrived",
    "it was due on 3/5",
    "give me 2 days",
    "10 out of 10",
    "4.5 stars",
    "2",
    "me@home",
    "call me on +44 7700 900123",
    "cancel order number 2",
]
ORDERS = ["SD-100234", "sd 100 234", "order 100234", "cancel 100234", "#100234", "hd 55821"]
ORDERS += ["SC-20261104-07", "8123 4567 8901", "GB77-3391", "ticket GB77-3391", "CA1234567"]
ORDERS += ["C12345678", "order M-48213", "order AB1-234"]


def of_kind(text: str, kind: str) -> list[str]:
    return [found.value for found in find_typed(text) if found.kind == kind]


@pytest.mark.parametrize(("text", "code"), CODES.items())
def test_a_code_is_found(text, code):
    assert of_kind(text, "code") == [code]


@pytest.mark.parametrize(("text", "number"), CASES.items())
def test_a_case_number_is_found_however_it_is_typed_and_is_no_order(text, number):
    found = ShopMatcher().find(text)
    assert [e.value for e in found if e.entity == "case_number"] == [number]
    assert [e for e in found if e.entity == "order_number"] == []


@pytest.mark.parametrize(("text", "member"), MEMBERS.items())
def test_a_member_id_is_found_and_is_no_order(text, member):
    found = ShopMatcher().find(text)
    assert [(e.entity, e.value) for e in found] == [("member_id", member)]


@pytest.mark.parametrize(("text", "rating"), RATINGS.items())
def test_a_rating_is_found(text, rating):
    assert of_kind(text, "rating") == [rating]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ada@example.com", "ada@example.com"),
        ("it's Ada.L+shop@mail.example.org, thanks", "ada.l+shop@mail.example.org"),
        ("(ada@example.com).", "ada@example.com"),
    ],
)
def test_an_address_is_found(text, address):
    assert of_kind(text, "email") == [address]


@pytest.mark.parametrize("text", [*NOTHING, *ORDERS])
def test_what_is_none_of_them_is_left_alone(text):
    assert find_typed(text) == []


def test_six_digits_alone_may_be_either_and_say_so():
    found = {(e.entity, e.value) for e in ShopMatcher().find("100234")}
    assert found == {("code", "100234"), ("order_number", "100234")}


def test_a_code_and_an_order_in_one_message_are_told_apart():
    found = [(e.entity, e.value) for e in ShopMatcher().find("order 100234, the code is 482911")]
    assert found == [("order_number", "100234"), ("code", "482911")]


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("refund", "refund"),
        ("my money back please", "refund"),
        ("a replacement please", "replacement"),
        ("just send a new one", "replacement"),
        ("i'd rather return it", "return"),
        ("just repair it", "repair"),
        ("can you fix it", "repair"),
        ("a discount would be ok", "other"),
        ("other", "other"),
        ("no preference from my side", "none"),
        ("whatever is fastest", "none"),
        ("i don't want a refund, i want a replacement", "replacement"),
        ("no exchange, i want my money back", "refund"),
        ("exchange instead of refund", "replacement"),
        ("first a replacement, otherwise the money", "replacement"),
        ("the other order", None),
        ("fix my address", None),
        ("it is not fixed", None),
        ("somebody else got any of the parcels i think", None),
    ],
)
def test_the_first_outcome_that_is_wished_and_not_refused_is_found(text, wish):
    found = [e.value for e in ShopMatcher().find(text) if e.entity == "resolution"]
    assert found == ([wish] if wish else [])


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("the code is 482911", "the code is codenumber"),
        ("482911", "ordernumber"),
        ("news on C-7K3M-92QD?", "news on casenumber ?"),
        ("use ada@example.com", "use emailaddress"),
        ("id M-48213", "id memberid"),
        ("4 out of 5 from me", "ratingmark from me"),
        ("4", "0"),
    ],
)
def test_the_intent_is_read_without_which_code_or_case_it_is(text, read):
    assert " ".join(masked(text).split()) == read


@pytest.mark.parametrize(
    "part",
    ["case ", "member ", "code ", "rate it ", "1 ", "c-", "a.", "order ", "4 out of ", "ok "],
)
def test_a_long_message_is_read_in_no_time(part):
    text = (part * 4000)[:4000]
    started = time.perf_counter()
    find_typed(text)
    assert time.perf_counter() - started < 0.5
