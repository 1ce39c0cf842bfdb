"""S4: order, payment and goods decide: what is unpaid or held goes, the rest is reviewed."""

import secrets
from datetime import timedelta

import pytest

from tests.conversation.records import about, audited, codes, is_untouched, left, promised
from tests.conversation.world import card, line, shipped

STOREFRONT = "group-buy"
VISA = "Visa ending 4242"


@pytest.fixture
def buyer(world):
    return world.buyer(STOREFRONT)


def joined(world, ends):
    """What changes in an order of an unlimited group: the card is held, nothing is charged."""
    payment = {
        "method": "card",
        "state": "authorised",
        "display": VISA,
        "provider_ref": f"pi_{secrets.token_hex(6)}",
        "auth_expires_at": (world.now + timedelta(days=6)).isoformat(),
    }
    campaign = (world.now + ends).isoformat()
    return {"payment": payment, "kind": "unlimited_group", "campaign_ends_at": campaign}


@pytest.mark.req("R4.3")
def test_an_unpaid_order_is_cancelled_after_a_yes_and_no_money_moves(world, buyer):
    order = world.order(buyer, payment={"method": "card", "state": "awaiting"})
    shown = buyer.say(f"pls cancel my order {order.number}")
    assert "is not paid yet, so it can be cancelled" in shown.text
    assert is_untouched(world, order)

    done = buyer.say("yes")
    assert "is being cancelled. Nothing was charged" in done.text
    assert world.stored(STOREFRONT, order.number).state == "cancelling"
    world.later(seconds=61)
    world.sweep()
    told = buyer.waits_for(lambda heard: "is cancelled" in heard.text)
    assert "Nothing was charged" in told.text
    assert world.stored(STOREFRONT, order.number).state == "cancelled"
    assert left(world, order) == ["shop.cancel"]
    assert not about(world, "refunds", order)


@pytest.mark.req("R4.4")
def test_a_held_order_can_be_cancelled_until_its_campaign_ends(world, buyer):
    order = world.order(buyer, **joined(world, timedelta(minutes=20)))
    shown = buyer.say(f"cancel {order.number}")
    assert "until November 20, 2026, 3:20 PM UTC" in shown.text
    assert codes(world, order) == ["hold_release"]
    buyer.press("Yes")
    assert world.stored(STOREFRONT, order.number).state == "cancelling"


@pytest.mark.req("R4.4")
@pytest.mark.parametrize("kind", ["unlimited_group", "normal"])
def test_until_when_is_answered_without_proposing_anything(kind, world, buyer):
    order = world.order(buyer, **joined(world, timedelta(hours=2)) | {"kind": kind})
    told = buyer.say(f"until when can i cancel {order.number}").text
    assert ("until November 20, 2026, 5:00 PM UTC" in told) is (kind == "unlimited_group")
    assert is_untouched(world, order)


@pytest.mark.req("R4.4")
def test_a_yes_after_the_campaign_ended_does_nothing_and_shows_the_review(world, buyer):
    order = world.order(buyer, **joined(world, timedelta(minutes=5)))
    buyer.say(f"cancel {order.number}")
    world.later(minutes=5)  # the very second it ends
    again = buyer.say("yes")
    assert "nothing was done" in again.text
    assert "campaign" in again.text
    assert "is over" in again.text
    assert codes(world, order) == ["hold_release", "campaign_over"]
    assert is_untouched(world, order)


@pytest.mark.req("R4.5")
def test_a_hold_is_released_where_possible_and_never_called_a_refund(world, buyer):
    order = world.order(buyer, **joined(world, timedelta(days=1)))
    heard = [buyer.say(f"cancel order {order.number}"), buyer.say("yes go ahead")]
    for answer in heard:
        assert "no charge was taken" in answer.text.lower()
        assert "released where possible" in answer.text
        assert "your bank may show it for some days" in answer.text.lower()
    assert promised(world, order) == ["release_asked"]

    world.later(seconds=61)
    world.sweep()
    told = buyer.waits_for(lambda heard: "order_number" not in heard.text and heard.messages)
    heard += [
        told,
        buyer.say("where is my money"),
        buyer.say(f"was my card charged for {order.number}"),
    ]
    assert not [each.text for each in heard if "refund" in each.text.lower()]
    (release,) = about(world, "refunds", order)
    assert release["kind"] == "release"
    assert sorted(left(world, order)) == ["payment.release", "shop.cancel"]


@pytest.mark.req("R4.5")
def test_released_is_said_only_once_the_provider_has_confirmed(world, buyer):
    order = world.order(buyer, **joined(world, timedelta(days=1)))
    buyer.say(f"cancel order {order.number}")
    assert "is released" not in buyer.say("yes").text
    world.later(seconds=61)
    world.sweep()
    told = buyer.waits_for(lambda heard: "is released" in heard.text)
    asked, confirmed = told.text.find("have asked for the hold"), told.text.find("is released")
    assert -1 < asked < confirmed
    assert [row["state"] for row in about(world, "refunds", order)] == ["confirmed"]
    assert world.stored(STOREFRONT, order.number).payment.state == "voided"


STARTED = {
    "preparing": lambda w: {"lines": [line(fulfilment="preparing")]},
    "pickup arranged": lambda w: {"lines": [line(fulfilment="pickup_arranged")]},
    "shipped": lambda w: shipped(w.now - timedelta(hours=5)),
}


@pytest.mark.req("R4.6")
@pytest.mark.parametrize("started", STARTED)
def test_a_change_of_mind_after_the_start_is_asked_and_never_answered(started, world, buyer):
    order = world.order(buyer, **STARTED[started](world))
    shown = buyer.say(f"please cancel {order.number}, i changed my mind").text
    assert "may no longer be accepted" in shown
    assert "can't promise" in shown
    assert "can't be cancelled" not in shown
    assert codes(world, order) == ["started_convenience"]
    assert is_untouched(world, order)

    told = buyer.press("Yes, ask").text
    (case,) = about(world, "cases", order)
    assert case["number"] in told
    assert "submitted for review" in told
    assert case["type"] == "cancellation_review"
    assert world.stored(STOREFRONT, order.number) == order
    assert not left(world, order)


@pytest.mark.req("R4.6")
@pytest.mark.parametrize("started", STARTED)
def test_a_fault_goes_its_own_way_after_the_start(started, world, buyer):
    order = world.order(buyer, **STARTED[started](world))
    shown = buyer.say(f"cancel my order {order.number}, you sent the wrong item").text
    assert "sorry something is wrong" in shown
    assert "may no longer be accepted" not in shown
    assert codes(world, order) == ["started_fault"]
    buyer.say("yes")
    assert [case["subject"] for case in about(world, "cases", order)] == ["started_fault"]
    assert world.stored(STOREFRONT, order.number) == order


@pytest.mark.req("R4.7")
@pytest.mark.parametrize("hours", [1, 30])
def test_a_paid_order_is_eligible_to_request_a_refund(hours, world, buyer):
    order = world.order(buyer, payment=card(world.now - timedelta(hours=hours)))
    shown = buyer.say(f"cancel {order.number}").text
    assert "you may be eligible to request a refund of $42.00" in shown
    assert "can't promise the outcome" in shown
    told = buyer.say("yes").text
    (case,) = about(world, "cases", order)
    assert case["number"] in told
    assert case["type"] == "refund_request"
    assert not about(world, "refunds", order)
    assert "order.cancelling" not in audited(world, order)


@pytest.mark.req("R4.7")
def test_a_received_order_becomes_a_refund_request(world, buyer):
    parcel = shipped(world.now - timedelta(hours=9))
    at = world.now.isoformat()
    arrived = parcel["shipments"][0] | {"state": "delivered", "delivered_at": at}
    lines = [line(fulfilment="delivered")]
    order = world.order(buyer, **parcel | {"shipments": [arrived], "lines": lines})
    assert "refund request" in buyer.say(f"cancel {order.number}").text
    buyer.say("yes")
    assert [case["type"] for case in about(world, "cases", order)] == ["refund_request"]
