"""Finding the order: numbers, picks, words, a picker; and nobody else's, ever."""

import json
from datetime import datetime, timedelta

import pytest

from aftersale.demo.client import Refused
from tests.conversation.records import codes, is_untouched
from tests.conversation.world import NUMBERS, line

OTHERS = {
    "seller-direct": "SD-999998",
    "supplier-consent": "SC-20261120-99",
    "status-gated": "999999999998",
    "helpdesk": "HD/99998",
    "group-buy": "GB98-9998",
}
ASKED = [
    "where is {}",
    "cancel {}",
    "show me the details of order {}",
    "when does {} arrive",
    "refund for {}?",
    "can i still cancel {}",
    "write to the seller about {}",
]


def hat(**changes):
    return line(sku="HAT-GREEN", name="Green woollen hat", **changes)


@pytest.fixture
def buyer(world):
    return world.buyer("status-gated")


@pytest.fixture
def two(world, buyer):
    """Blue shoes of two days ago and a green hat of yesterday."""
    shoes = world.order(buyer)
    return shoes, world.order(buyer, lines=[hat()], placed_at="2026-11-19T15:00:00+00:00")


def bare(heard):
    """What was answered, without what is random or counts on in any answer."""
    mine = [
        {**event, "seq": 0, "client_msg_id": ""}
        for event in heard.events
        if event["author"] != "buyer" and event["type"] not in ("typing", "read")
    ]
    text = json.dumps(mine)
    for button in heard.buttons.values():
        text = text.replace(button, "button")
    return text


@pytest.mark.parametrize("storefront", OTHERS)
def test_a_number_of_somebody_else_is_answered_like_one_that_does_not_exist(storefront, world):
    owner = world.buyer(storefront)
    # Unlike any number of the other two, or they are asked whether they meant their own.
    theirs = world.order(owner, number=NUMBERS[storefront].format(918273))
    for asked in ASKED:
        curious, other = world.buyer(storefront), world.buyer(storefront)
        for each in (curious, other):
            world.order(each)
        foreign = curious.say(asked.format(theirs.number))
        unknown = other.say(asked.format(OTHERS[storefront]))
        assert bare(foreign) == bare(unknown)
        assert theirs.number not in bare(foreign)
        assert "I can't find that order in your account" in foreign.text
    assert is_untouched(world, theirs)
    assert codes(world, theirs) == []


def test_an_order_of_the_same_person_at_another_storefront_does_not_exist_here(world, buyer):
    elsewhere = world.buyer("helpdesk")
    order = world.order(elsewhere)
    assert "can't find that order" in buyer.say(f"where is order {order.number}").text


def test_my_last_order_is_the_newest(world, buyer, two):
    assert f"Order {two[1].number} is" in buyer.say("where is my last order?").text
    assert two[1].number in buyer.say("cancel my last order").text


def test_words_find_the_order_that_holds_them(world, buyer, two):
    shoes, hats = two
    assert f"Order {shoes.number} is" in buyer.say("wheres the blue shoes i bought").text
    assert f"Order {hats.number} (Green woollen hat)" in buyer.say("cancel the hat").text


def test_several_that_fit_are_offered_to_pick_from(world, buyer, two):
    asked = buyer.say("i want to cancel my order")
    assert "Which order is it?" in asked.text
    assert list(asked.buttons) == [
        f"{two[1].number}, Awaiting Shipping, Green woollen hat, $42.00",
        f"{two[0].number}, Awaiting Shipping, Blue canvas shoes, $42.00",
    ]
    picked = buyer.press(two[0].number)
    assert f"Order {two[0].number} (Blue canvas shoes)" in picked.text
    assert "Shall I cancel it?" in picked.text
    assert all(is_untouched(world, order) for order in two)


@pytest.mark.parametrize("answer", ["{0}", "the blue shoes", "the second one", "no. {0} please"])
def test_the_question_which_order_takes_any_kind_of_answer(answer, world, buyer, two):
    buyer.say("please cancel an order for me")
    shown = buyer.say(answer.format(two[0].number))
    assert f"Order {two[0].number}" in shown.text
    assert "Shall I cancel it?" in shown.text


def test_words_that_fit_nothing_show_the_latest_orders(world, buyer, two):
    asked = buyer.say("cancel the sofa i ordered")
    assert "can't find an order that fits" in asked.text
    assert len(asked.buttons) == 2


def test_the_only_open_order_needs_no_number(world, buyer):
    order = world.order(buyer)
    assert order.number in buyer.say("where is my order").text


def test_a_buyer_without_orders_is_told_so(buyer):
    assert "no orders in this account" in buyer.say("cancel my order").text


@pytest.mark.parametrize("asked", ["cancel my order", "where is {}", "my orders", "cancel {}"])
def test_who_is_not_signed_in_learns_how_to_sign_in_and_nothing_else(asked, world):
    owner, visitor = world.buyer("status-gated"), world.buyer("status-gated", signed_in=False)
    order = world.order(owner)
    told = visitor.say(asked.format(order.number))
    assert told.responses == ["utter_cancel_not_verified"]
    assert "https://status-gated.example/sign-in" in told.text
    assert "Then open this chat from your account" in told.text
    assert order.number not in told.text
    assert codes(world, order) == []


def test_an_identity_of_another_storefront_opens_nothing(world):
    before = world.sql("SELECT count(*) AS n FROM conversations")
    elsewhere = world.buyer("helpdesk")
    client = world.again(elsewhere).client
    with pytest.raises(Refused) as refused:
        client.open("status-gated", world.identity(elsewhere))
    assert refused.value.status == 401
    assert refused.value.problem["code"] == "identity_invalid"
    assert world.sql("SELECT count(*) AS n FROM conversations")[0]["n"] == before[0]["n"] + 2


def test_a_verification_ends_and_orders_close_with_it(world, buyer):
    order = world.order(buyer)
    assert order.number in buyer.say("my orders").text
    until = world.sql(
        "SELECT verified_until FROM conversations WHERE conversation_id = :c",
        c=buyer.client.conversation_id,
    )[0]["verified_until"]
    world.at(datetime.fromisoformat(until) - timedelta(seconds=1))
    assert order.number in buyer.say("my orders").text
    refreshed = buyer.client.call("POST", "/api/v1/sessions/refresh")
    buyer.client.token = refreshed["token"]  # the talk goes on, the verification does not
    world.later(seconds=1)
    assert buyer.say("my orders").responses == ["utter_cancel_not_verified"]
