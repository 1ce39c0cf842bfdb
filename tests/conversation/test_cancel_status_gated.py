"""S2: while an order awaits shipping its buyer may cancel it; afterwards nobody can."""

from datetime import timedelta

import pytest

from tests.conversation.world import shipped

STOREFRONT = "status-gated"


@pytest.mark.req("R2.13")
def test_an_order_that_awaits_shipping_is_cancelled_once_after_a_yes(world):
    buyer = world.buyer(STOREFRONT)
    order = world.order(buyer)

    shown = buyer.say(f"please cancel {order.number}")
    assert order.number in shown.text
    assert "Shall I cancel it?" in shown.text
    assert world.stored(STOREFRONT, order.number).state == "open"

    done = buyer.press("Yes")
    assert "$42.00" in done.text
    assert world.stored(STOREFRONT, order.number).state == "cancelling"

    world.later(seconds=61)
    world.sweep()
    assert world.stored(STOREFRONT, order.number).state == "cancelled"
    again = buyer.say(f"cancel {order.number}")
    assert "already cancelled" in again.text
    rows = world.sql("SELECT kind FROM outbox WHERE payload LIKE :n", n=f"%{order.number}%")
    assert [row["kind"] for row in rows].count("shop.cancel") == 1


@pytest.mark.req("R2.14")
def test_an_order_that_has_shipped_cannot_be_cancelled_and_says_why(world):
    buyer = world.buyer(STOREFRONT)
    order = world.order(buyer, **shipped(world.now - timedelta(hours=5)))

    refused = buyer.say(f"cancel order {order.number}")
    assert "Awaiting Delivery" in refused.text
    assert not [title for title in refused.buttons if title.startswith("Yes, cancel")]
    assert world.stored(STOREFRONT, order.number).state == "open"
