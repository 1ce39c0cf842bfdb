"""S1: what was asked of the supplier, and whether they answered, is told at any time."""

from datetime import timedelta

import pytest

from tests.conversation.letters import letters, press
from tests.conversation.records import left
from tests.conversation.world import seller

STOREFRONT = "supplier-consent"


@pytest.fixture
def buyer(world):
    return world.buyer(STOREFRONT)


def test_asked_whether_they_agreed_the_truth_is_told_and_nothing_is_confirmed(world, buyer):
    maker = seller()
    order = world.order(buyer, seller=maker)
    buyer.say(f"cancel {order.number}")
    buyer.say("did they answer?")
    assert not left(world, order)  # a question is no yes

    buyer.say(f"cancel {order.number}")
    buyer.say("yes")
    waiting = buyer.say("has the supplier agreed?")
    assert f"I have no answer from {maker['nickname']} yet" in waiting.text
    assert "They have until" in waiting.text

    world.sweep(world.now + timedelta(minutes=2))
    press(letters(world, maker["email"])[0].link, "decline")
    assert f"{maker['nickname']} declined on" in buyer.say("did the supplier agree").text
    assert f"{maker['nickname']} declined on" in buyer.say(f"where is {order.number}").text


def test_an_agreement_is_still_told_after_the_order_is_cancelled(world, buyer):
    maker = seller()
    order = world.order(buyer, seller=maker)
    buyer.say(f"cancel {order.number}")
    buyer.say("yes")
    world.sweep(world.now + timedelta(minutes=2))
    press(letters(world, maker["email"])[0].link, "agree")
    world.sweep()
    told = buyer.say(f"status of {order.number}")
    assert f"{maker['nickname']} agreed on" in told.text
