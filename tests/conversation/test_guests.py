"""Guests: an order's number and a code from its own address open that one order for an hour."""

import json
import re
from datetime import timedelta

import pytest

from tests.conversation.letters import letters
from tests.conversation.records import about
from tests.conversation.world import World

STOREFRONT = "status-gated"
CODE = re.compile(r"\b[0-9A-Z]{3}-[0-9A-Z]{3}\b")


@pytest.fixture
def owner(world):
    """Who placed the orders; not signed in here."""
    return world.buyer(STOREFRONT, signed_in=False)


@pytest.fixture
def order(world, owner):
    return world.order(owner)


def code_in_mail(world: World, owner, times=1):
    world.sweep()
    found = letters(world, owner.email)
    assert len(found) == times, found
    (code,) = CODE.findall(found[-1].text)
    return code


def ask(visitor, number):
    visitor.say("i ordered as a guest")
    return visitor.say(number).text


def opened(world, visitor):
    (row,) = world.sql(
        "SELECT guest_order, guest_until, buyer_id FROM conversations WHERE conversation_id = :c",
        c=visitor.client.conversation_id,
    )
    return row


def test_the_code_from_the_mail_opens_that_order_for_an_hour(world, owner, order):
    other = world.order(owner)
    told = ask(owner, order.number)
    assert "If there is such an order" in told
    assert owner.email not in told
    told = owner.say(code_in_mail(world, owner)).text
    assert f"order {order.number}" in told
    assert opened(world, owner)["guest_order"] == order.number
    assert opened(world, owner)["buyer_id"] is None
    assert f"Order {order.number} is" in owner.press("Where it stands").text
    listed = owner.say("show all my orders")
    assert order.number in str(listed.events)
    assert other.number not in str(listed.events)
    assert "can't find" in owner.say(f"where is order {other.number}").text
    client = owner.client
    assert [o["number"] for o in client.call("GET", "/api/v1/orders")["orders"]] == [order.number]
    world.later(minutes=60)
    assert "sign in" in owner.say(f"where is order {order.number}").text


def test_a_guest_may_cancel_the_order_and_is_told_here(world, owner, order):
    ask(owner, order.number)
    owner.say(code_in_mail(world, owner))
    owner.say("cancel it")
    owner.say("yes")
    world.later(minutes=2)
    world.sweep()
    assert world.stored(STOREFRONT, order.number).state.value == "cancelled"
    assert "cancelled" in world.log(owner).text


def test_nobody_learns_whether_there_is_such_an_order(world, owner, order):
    stranger = world.buyer(STOREFRONT, signed_in=False)
    nobody = "999912345678"
    told = [ask(owner, order.number), ask(stranger, nobody)]
    assert told[0] == told[1]
    told = [visitor.say("K7P-2QX").text for visitor in (owner, stranger)]
    assert told[0] == told[1]
    assert "doesn't fit" in told[0]
    rows = [
        world.sql(
            "SELECT tries, used_at FROM guest_codes WHERE conversation_id = :c",
            c=visitor.client.conversation_id,
        )
        for visitor in (owner, stranger)
    ]
    assert rows[0] == rows[1]


def test_five_wrong_codes_end_it(world, owner, order):
    ask(owner, order.number)
    code = code_in_mail(world, owner)
    wrong = "222-AAA" if code != "222-AAA" else "333-AAA"
    told = [owner.say(wrong).text for _ in range(5)]
    assert "Tries left: 1" in told[3]
    assert "no longer valid" in told[4]
    owner.say(code)
    assert opened(world, owner)["guest_order"] is None


def test_a_code_is_over_after_ten_minutes_and_the_hour_allows_three(world, owner, order):
    ask(owner, order.number)
    code = code_in_mail(world, owner)
    world.at(world.now + timedelta(minutes=10))
    assert "no longer valid" in owner.say(code).text
    owner.press("Send a new code")
    owner.say(order.number)
    again = owner.press("Send a new code")
    assert "on its way" in again.text
    assert "won't send more" in owner.press("Send a new code").text
    owner.say("i ordered as a guest")
    assert "won't send more" in owner.say(order.number).text


def test_another_conversation_cannot_use_the_code(world, owner, order):
    ask(owner, order.number)
    code = code_in_mail(world, owner)
    thief = world.buyer(STOREFRONT, signed_in=False)
    thief.say("i ordered as a guest")
    thief.say("999912345679")
    assert "doesn't fit" in thief.say(code).text
    assert opened(world, thief)["guest_order"] is None


def test_the_code_is_kept_nowhere_once_it_left(world, owner, order):
    ask(owner, order.number)
    code = code_in_mail(world, owner)
    for table in ("outbox", "guest_codes", "events", "audit"):
        kept = str(world.sql(f"SELECT * FROM {table}"))
        assert code not in kept
        assert code.replace("-", "") not in kept


def test_a_question_in_between_is_answered_and_the_code_still_counts(world, owner, order):
    ask(owner, order.number)
    told = owner.say("is this chat private?")
    assert "confidential" in told.text
    assert "type just the code" in told.text
    assert f"order {order.number}" in owner.say(code_in_mail(world, owner)).text


def test_help_with_signing_in_offers_the_way_of_a_guest(world, owner, order):
    told = owner.say("how do i sign in")
    assert "I ordered as a guest" in told.buttons
    assert "order number" in owner.press("I ordered as a guest").text
    other = world.buyer(STOREFRONT, signed_in=False)
    assert "I ordered as a guest" in other.say(f"where is order {order.number}").buttons


def test_who_is_signed_in_is_shown_the_orders(world):
    buyer = world.buyer(STOREFRONT)
    world.order(buyer)
    assert "signed in already" in buyer.say("i ordered as a guest").text


def test_what_a_guest_opens_is_audited_and_its_case_is_the_buyers(world, owner, order):
    ask(owner, order.number)
    owner.say(code_in_mail(world, owner))
    (entry,) = [
        row
        for row in world.sql(
            "SELECT action, after FROM audit WHERE subject = :s",
            s=f"order:{STOREFRONT}/{order.number}",
        )
        if row["action"] == "order.opened_to_guest"
    ]
    assert "until" in json.loads(entry["after"])
    owner.say(f"open a ticket about {order.number}")
    (case,) = about(world, "cases", order)
    assert case["buyer_id"] == order.buyer_id
