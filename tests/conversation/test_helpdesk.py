"""S3: nothing is stated about cancelling, so nothing is done and a numbered ticket is opened."""

from datetime import timedelta

import pytest

from tests.conversation.records import about, audited, codes, is_untouched, left, promised
from tests.conversation.world import card, line, shipped

STOREFRONT = "helpdesk"


@pytest.fixture
def buyer(world):
    return world.buyer(STOREFRONT)


def hold(world, ends):
    """What changes in an order of a group whose card is only held."""
    payment = {"method": "card", "state": "authorised", "display": "Visa ending 4242"}
    campaign = (world.now + ends).isoformat()
    return {"payment": payment, "kind": "unlimited_group", "campaign_ends_at": campaign}


CELLS = {
    "not paid": lambda w: {"payment": {"method": "card", "state": "awaiting"}},
    "held, campaign open": lambda w: hold(w, timedelta(days=1)),
    "held, campaign over": lambda w: hold(w, -timedelta(days=1)),
    "paid by card an hour ago": lambda w: {"payment": card(w.now - timedelta(hours=1))},
    "paid by card long ago": lambda w: {"payment": card(w.now - timedelta(hours=30))},
    "paid by transfer": lambda w: {},
    "preparing": lambda w: {"lines": [line(fulfilment="preparing")]},
    "shipped": lambda w: shipped(w.now - timedelta(hours=5)),
}


@pytest.mark.parametrize("cell", CELLS)
def test_a_cancellation_becomes_a_ticket_whatever_the_state(cell, world, buyer):
    order = world.order(buyer, **CELLS[cell](world))
    shown = buyer.say(f"i want to cancel {order.number}")
    assert "no stated rule" in shown.text
    assert "ticket" in shown.text
    assert codes(world, order) == ["not_stated"]
    assert is_untouched(world, order)

    told = buyer.press("Yes, open a ticket").text
    (case,) = about(world, "cases", order)
    assert f"Your case number for order {order.number} is {case['number']}" in told
    assert (case["state"], case["conversation_id"]) == ("open", buyer.client.conversation_id)
    assert world.stored(STOREFRONT, order.number) == order
    assert not left(world, order)
    assert not audited(world, order)[1:]  # it was imported; nothing else happened to it


def test_an_acknowledgement_is_promised_and_not_an_answer(world, buyer):
    order = world.order(buyer)
    buyer.say(f"cancel {order.number}")
    told = buyer.say("ok do that").text
    assert "It will be acknowledged by November 22, 2026, 3:00 PM UTC" in told
    assert "how long the rest takes depends on the matter" in told
    assert promised(world, order) == ["case_acknowledged"]


def test_no_to_the_ticket_opens_none(world, buyer):
    order = world.order(buyer)
    buyer.say(f"cancel {order.number}")
    assert "nothing was changed" in buyer.say("no leave it").text
    assert is_untouched(world, order)


def test_the_same_wish_again_is_the_same_ticket(world, buyer):
    order = world.order(buyer)
    buyer.say(f"cancel {order.number}")
    buyer.say("yes")
    (case,) = about(world, "cases", order)
    buyer.say(f"cancel {order.number}")
    assert case["number"] in buyer.say("yes").text
    assert len(about(world, "cases", order)) == 1


def test_nobody_is_written_to_where_there_are_no_sellers(world, buyer):
    order = world.order(buyer)
    shown = buyer.say(f"write to the seller about {order.number}")
    assert "no separate seller" in shown.text
    buyer.say("yes")
    assert "mail" not in " ".join(left(world, order))
    assert len(about(world, "cases", order)) == 1


@pytest.mark.req("R3.14")
def test_the_status_card_shows_state_progress_and_tracking(world, buyer):
    parcel = shipped(world.now - timedelta(hours=30))
    scans = [{"at": world.now.isoformat(), "text": "Out for delivery", "place": "Leeds"}]
    more = {"carrier": "DPD", "tracking_number": "DP44100200", "events": scans}
    more["tracking_url"] = "https://dpd.example/DP44100200"
    expected = (world.now + timedelta(days=1)).isoformat()
    shipments = [parcel["shipments"][0] | more]
    order = world.order(buyer, **parcel | {"shipments": shipments}, estimated_delivery_at=expected)
    shown = buyer.say(f"where is my parcel {order.number}")
    assert f"Order {order.number} is In transit." in shown.text
    assert "https://helpdesk.example/account/orders" in shown.text
    (card_shown,) = shown.blocks("order_card")
    told = card_shown["fallback"]
    assert "Status: In transit" in told
    assert "Expected: November 21, 2026" in told
    assert "Tracking number: DP44100200" in told
    assert "Track it: https://dpd.example/DP44100200" in told
    assert "November 20, 2026, 3:00 PM UTC: Out for delivery (Leeds)" in told
    assert is_untouched(world, order)


@pytest.mark.req("R3.27")
@pytest.mark.parametrize(
    ("typed", "secret"),
    [
        ("my card is 4111 1111 1111 1111, cancel please", "4111"),
        ("card 4111-1111-1111-1111", "4111"),
        ("my password is hunter2-Xy!", "hunter2"),
    ],
)
def test_a_card_number_or_password_is_hidden_before_it_is_stored(typed, secret, world, buyer):
    told = buyer.say(typed).text
    assert "I've hidden" in told
    assert "Please don't send" in told
    said = world.sql(
        "SELECT body FROM events WHERE conversation_id = :c", c=buyer.client.conversation_id
    )
    turns = world.sql(
        "SELECT input FROM turns WHERE conversation_id = :c", c=buyer.client.conversation_id
    )
    assert secret not in str([*said, *turns])
    assert len(turns) == 1
