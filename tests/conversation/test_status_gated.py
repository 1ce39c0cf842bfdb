"""S2: the status decides: where it is read, what can be cancelled, and what is left afterwards."""

import json
from datetime import timedelta

import pytest

from tests.conversation.letters import letters
from tests.conversation.records import (
    about,
    audited,
    codes,
    is_untouched,
    left,
    outbox,
    promised,
)
from tests.conversation.world import card, line, seller, shipped

STOREFRONT = "status-gated"
MY_ORDERS = "https://status-gated.example/my-orders"


@pytest.fixture
def buyer(world):
    return world.buyer(STOREFRONT)


def on_its_way(world, **changes):
    """What changes in an order that a carrier has scanned twice."""
    left = shipped(world.now - timedelta(hours=30))
    scans = [
        {"at": (world.now - timedelta(hours=20)).isoformat(), "text": "Left the depot"},
        {"at": world.now.isoformat(), "text": "In your town", "place": "Bremen"},
    ]
    carrier = {"carrier": "DHL", "tracking_number": "JD0146000099"}
    parcel = left["shipments"][0] | carrier | {"events": scans}
    return left | {"shipments": [parcel]} | changes


@pytest.mark.req("R2.8")
def test_the_status_is_told_first_and_then_where_it_stands(world, buyer):
    order = world.order(buyer)
    told = buyer.say("whats the status of my order").text
    assert told.startswith(f"Order {order.number} is Awaiting Shipping.")
    assert "sign in" in told
    assert "My Orders (upper right)" in told
    assert MY_ORDERS in told
    assert codes(world, order) == ["status_allows"]  # what the buttons rest on
    assert is_untouched(world, order)


@pytest.mark.req("R2.8")
def test_who_is_not_signed_in_is_told_how_and_sees_no_status(world):
    owner, stranger = world.buyer(STOREFRONT), world.buyer(STOREFRONT, signed_in=False)
    order = world.order(owner)
    told = stranger.say(f"what is the status of {order.number}").text
    assert "sign in first: https://status-gated.example/sign-in" in told
    assert "Awaiting" not in told
    assert not codes(world, order)


SHAPES = {
    "in groups": "where is {0} {1} {2}",
    "with dashes": "where is {0}-{1}-{2} please",
    "after a hash": "#{0}{1}{2}",
    "with a prefix": "order no. {0} {1} {2}",
    "with a prefix and a hash": "status of order #{0}{1}{2}?",
    "with a colon": "my order number: {0}{1}{2}",
    "alone": "{0}{1}{2}",
    "shouted": "WHERE IS ORDER {0}{1}{2}!!!",
    "in a sentence": "hello, i placed an order last week, its number is {0}{1}{2}, where is it",
}


@pytest.mark.req("R2.9")
@pytest.mark.parametrize("shape", SHAPES)
def test_a_pasted_number_is_understood_in_any_shape(shape, world, buyer):
    order, other = world.order(buyer), world.order(buyer)
    n = order.number
    shown = buyer.say(SHAPES[shape].format(n[:4], n[4:8], n[8:]))
    assert f"Order {n} is" in shown.text
    assert codes(world, order) == ["status_allows"]
    assert not codes(world, other)


@pytest.mark.req("R2.9")
def test_the_last_digits_of_a_number_are_enough(world, buyer):
    order, other = world.order(buyer), world.order(buyer)
    shown = buyer.say(f"where is order {order.number[-6:]}")
    assert f"Order {order.number} is" in shown.text
    assert not codes(world, other)


@pytest.mark.req("R2.10")
def test_the_card_shows_lines_amounts_masked_address_and_tracking(world, buyer):
    address = {"name": "Ada Lovelace", "street": "Main Street 5", "postcode": "28195"}
    two = line(quantity=2, fulfilment="shipped", options={"size": "S", "colour": "red"})
    order = world.order(
        buyer,
        **on_its_way(world, lines=[two]),
        address=address | {"city": "Bremen", "country": "DE"},
        total={"minor": 8400, "currency": "USD"},
        payment=card(world.now - timedelta(days=2)),
        estimated_delivery_at=(world.now + timedelta(days=3)).isoformat(),
    )
    shown = buyer.say(f"show me the details of {order.number}")
    (card_shown,) = shown.blocks("order_card")
    assert card_shown["fallback"].splitlines() == [
        f"Order: {order.number}",
        "Status: Awaiting Delivery",
        "Placed: November 18, 2026",
        "Items: 2 x Blue canvas shoes (S, red), $42.00",
        "Total: $84.00",
        "Payment: paid with Visa ending 4242",
        "Expected: November 23, 2026",
        "Carrier: DHL",
        "Tracking number: JD0146000099",
        *card_shown["fallback"].splitlines()[9:12],
        "Address: A•••, M•••, 28•••, Bremen, DE",
    ]
    newest, older = card_shown["fallback"].splitlines()[10:12]
    assert newest.endswith("November 20, 2026, 3:00 PM UTC: In your town (Bremen)")
    assert older.endswith("November 19, 2026, 7:00 PM UTC: Left the depot")
    assert "Main Street" not in str(shown.messages)
    assert "Lovelace" not in str(shown.messages)


def test_the_card_offers_only_what_the_policy_allows_now(world, buyer):
    waiting = world.order(buyer)
    assert "Cancel this order" in buyer.say(f"where is {waiting.number}").buttons
    gone = world.order(buyer, **on_its_way(world))
    assert list(buyer.say(f"where is {gone.number}").buttons) == ["Write to the seller"]


@pytest.mark.req("R2.12")
def test_the_state_is_looked_at_before_any_reason_is_asked(world, buyer):
    order = world.order(buyer)
    shown = buyer.say(f"cancel {order.number}")
    assert "Awaiting Shipping" in shown.text
    assert shown.text.count("?") == 1
    assert "why" not in shown.text.lower()
    assert "reason" not in shown.text.lower()
    assert codes(world, order) == ["status_allows"]


@pytest.mark.req("R2.12")
@pytest.mark.parametrize("gone", [False, True])
def test_a_wrong_size_is_answered_by_the_status(gone, world, buyer):
    order = world.order(buyer, **(on_its_way(world) if gone else {}))
    shown = buyer.say(f"i ordered the wrong size, please cancel {order.number}")
    assert ("Awaiting Delivery" if gone else "Awaiting Shipping") in shown.text
    assert shown.responses == [f"utter_cancel_{'shipped' if gone else 'status_allows'}"]
    (decision,) = about(world, "decisions", order)
    assert json.loads(decision["request"])["reason_class"] == "convenience"


@pytest.mark.req("R2.13")
@pytest.mark.parametrize("preparing", [False, True])
def test_awaiting_shipping_is_cancelled_after_a_yes_and_can_be_ordered_again(
    preparing, world, buyer
):
    paid = card(world.now - timedelta(hours=1))
    lines = [line(fulfilment="preparing")] if preparing else [line()]
    order = world.order(buyer, payment=paid, lines=lines)
    assert "still Awaiting Shipping" in buyer.say(f"cancel {order.number} wrong model").text
    assert is_untouched(world, order)

    done = buyer.say("yes please")
    assert order.number in done.text
    assert "is being cancelled" in done.text
    assert "$42.00 goes back to Visa ending 4242 once the shop confirms" in done.text
    assert MY_ORDERS in buyer.press("Order it again").text
    assert world.stored(STOREFRONT, order.number).state == "cancelling"
    assert promised(world, order) == ["refund_asked"]
    (row,) = outbox(world, order)
    assert row["not_before"] > str(world.now)  # nothing leaves while it can be undone

    world.later(seconds=61)
    world.sweep()
    told = buyer.waits_for(lambda heard: "is cancelled" in heard.text)
    assert "$42.00 is on its way back to Visa ending 4242" in told.text
    assert world.stored(STOREFRONT, order.number).state == "cancelled"
    assert all(x.cancelled for x in world.stored(STOREFRONT, order.number).lines)
    done = audited(world, order)
    assert done.index("order.cancelling") < done.index("order.cancelled")
    assert done.count("order.cancelled") == 1
    (refund,) = about(world, "refunds", order)
    assert (refund["kind"], refund["amount_minor"]) == ("refund", 4200)
    assert [row["state"] for row in about(world, "order_requests", order)] == ["done"]


@pytest.mark.req("R2.14")
@pytest.mark.parametrize("text", ["cancel {}", "please please cancel order {}, i beg you"])
def test_awaiting_delivery_is_a_clear_no_with_its_reason(text, world, buyer):
    order = world.order(buyer, **on_its_way(world))
    refused = buyer.say(text.format(order.number))
    assert "Awaiting Delivery" in refused.text
    assert "it can't be cancelled" in refused.text
    assert codes(world, order) == ["shipped"]
    buyer.say("yes")  # to the letter that is offered instead
    assert world.stored(STOREFRONT, order.number).state == "open"
    assert "shop.cancel" not in left(world, order)


@pytest.mark.req("R2.15")
def test_the_seller_is_offered_at_once_and_gets_the_letter_after_a_yes(world, buyer):
    maker = seller()
    order = world.order(buyer, **on_its_way(world), seller=maker)
    refused = buyer.say(f"can you cancel {order.number}")
    assert f"{maker['nickname']} may still find a solution with you" in refused.text
    assert is_untouched(world, order)

    assert maker["nickname"] in buyer.press("Yes, write to them").text
    world.later(seconds=61)
    world.sweep()
    (letter,) = letters(world, maker["email"])
    assert order.number in letter.text
    assert buyer.email not in letter.text
    (attempt,) = world.sql("SELECT * FROM seller_contacts WHERE order_number = :n", n=order.number)
    assert attempt["storefront"] == STOREFRONT


@pytest.mark.parametrize("payment", ["awaiting", "authorised"])
def test_where_nothing_is_stated_no_rule_is_borrowed_and_the_seller_is_offered(
    payment, world, buyer
):
    order = world.order(buyer, payment={"method": "card", "state": payment})
    shown = buyer.say(f"cancel {order.number}").text
    assert "Status Gated has no stated rule" in shown
    assert "Birch & Co is the one to ask" in shown
    assert codes(world, order) == ["not_stated"]
    assert is_untouched(world, order)
    buyer.say("no thanks")
    assert is_untouched(world, order)
