"""The states an order can be in that the policies tell apart, as functions of the present time.

Each scenario returns the part of an import object that it is about; `demo_data` adds the rest.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Scene:
    """One scenario: when it was placed, how paid, where the goods of each line are."""

    placed: timedelta  # before now
    method: str
    payment: str
    goods: tuple[str, ...] = ("none",)  # a line each
    paid: timedelta | None = None
    verified: timedelta | None = None
    started: timedelta | None = None
    shipped: timedelta | None = None
    delivered: timedelta | None = None
    expected: timedelta = 4 * DAY  # delivery, after now
    auth_left: timedelta | None = None
    campaign_left: timedelta | None = None
    state: str = "open"
    in_stock: bool = True


def _paid(ago: timedelta, *, method: str = "card", payment: str = "paid", **more: Any) -> Scene:
    return Scene(placed=ago + 5 * MINUTE, method=method, payment=payment, paid=ago, **more)


def _held(campaign_left: timedelta | None) -> Scene:
    return Scene(
        placed=2 * DAY,
        method="card",
        payment="authorised",
        auth_left=5 * DAY,
        campaign_left=campaign_left,
        expected=12 * DAY,
    )


def _unpaid(ago: timedelta) -> Scene:
    return Scene(placed=ago, method="bank_transfer", payment="awaiting", expected=9 * DAY)


def _moving(goods: str, *, ago: timedelta, expected: timedelta, **more: Any) -> Scene:
    """A paid order whose goods left (or were to be fetched) that long ago."""
    return _paid(
        ago + 2 * DAY,
        verified=ago + DAY,
        started=ago + DAY,
        shipped=None if goods in ("preparing", "pickup_arranged", "picked_up") else ago,
        goods=(goods,),
        expected=expected,
        **more,
    )


SCENES: dict[str, Scene] = {
    "unpaid, placed 5 days ago": _unpaid(5 * DAY),
    "unpaid, an hour before 20 days": _unpaid(20 * DAY - HOUR),
    "unpaid, an hour after 20 days": _unpaid(20 * DAY + HOUR),
    "payment failed": Scene(placed=3 * HOUR, method="card", payment="failed"),
    "held, campaign open": _held(3 * DAY),
    "held, campaign ends in an hour": _held(HOUR),
    "held, campaign over": _held(-HOUR),
    "held, no campaign": _held(None),
    "card, paid 1 hour ago": _paid(HOUR),
    "card, paid 23 hours ago": _paid(23 * HOUR + 30 * MINUTE),
    "card, paid 24 hours ago": _paid(24 * HOUR + 10 * MINUTE, verified=20 * HOUR),
    "card, paid 30 hours ago": _paid(30 * HOUR, verified=9 * HOUR),
    "card, verified early": _paid(3 * HOUR, verified=HOUR),
    "card, still verified by the provider": _paid(4 * HOUR, payment="verifying"),
    "bank transfer, 1 hour ago": _paid(HOUR, method="bank_transfer"),
    "wallet, 2 hours ago": _paid(2 * HOUR, method="wallet"),
    "cash on delivery": Scene(placed=6 * HOUR, method="cash_on_delivery", payment="awaiting"),
    "out of stock": _paid(2 * DAY, verified=DAY, in_stock=False),
    "preparing": _moving("preparing", ago=HOUR, expected=3 * DAY),
    "pickup arranged": _moving("pickup_arranged", ago=5 * HOUR, expected=DAY),
    "shipped": _moving("shipped", ago=DAY, expected=3 * DAY),
    "shipped, due in an hour": _moving("shipped", ago=4 * DAY, expected=HOUR),
    "shipped, due an hour ago": _moving("shipped", ago=4 * DAY, expected=-HOUR),
    "shipped, five days late": _moving("shipped", ago=12 * DAY, expected=-5 * DAY),
    "one of two parcels shipped": _paid(
        3 * DAY, verified=2 * DAY, started=2 * DAY, shipped=DAY, goods=("shipped", "preparing")
    ),
    "one of two parcels delivered": _paid(
        6 * DAY,
        verified=5 * DAY,
        started=5 * DAY,
        shipped=4 * DAY,
        delivered=DAY,
        goods=("delivered", "none"),
    ),
    "delivered 2 days ago": _moving("delivered", ago=5 * DAY, delivered=2 * DAY, expected=-DAY),
    "delivered 10 days ago": _moving(
        "delivered", ago=13 * DAY, delivered=10 * DAY, expected=-9 * DAY
    ),
    "picked up": _moving("picked_up", ago=2 * DAY, delivered=DAY, expected=-DAY),
    "lost": _moving("lost", ago=15 * DAY, expected=-8 * DAY),
    "returned and refunded": _moving(
        "returned", ago=15 * DAY, delivered=12 * DAY, expected=-11 * DAY, payment="refunded"
    ),
    "part refunded": _moving(
        "delivered", ago=8 * DAY, delivered=5 * DAY, expected=-4 * DAY, payment="part_refunded"
    ),
    "cancelled, refunded": _paid(4 * DAY, payment="refunded", state="cancelled"),
    "cancelled, hold released": Scene(
        placed=6 * DAY, method="card", payment="voided", state="cancelled", campaign_left=-DAY
    ),
    "completed": _moving(
        "delivered", ago=40 * DAY, delivered=36 * DAY, expected=-35 * DAY, state="completed"
    ),
}

# What the two buyers of the guide have: (scene, product, what to try).
GUIDED: dict[str, tuple[tuple[tuple[str, int, str], ...], ...]] = {
    "seller-direct": (
        (
            ("card, paid 1 hour ago", 1, 'not shipped: "cancel the blue shoes"'),
            ("shipped", 2, "on its way: where is it, can it still be cancelled, what fee"),
            ("delivered 2 days ago", 3, "delivered: how do I return it"),
        ),
        (
            ("unpaid, placed 5 days ago", 0, "not paid yet: cancel it"),
            ("shipped, five days late", 5, "late: where is my order"),
            ("out of stock", 7, "the seller cannot deliver: where is my refund"),
        ),
    ),
    "supplier-consent": (
        (
            ("card, paid 1 hour ago", 1, "inside the 24 hours: cancel, then ask to hold it"),
            ("card, paid 30 hours ago", 3, "cancel: the supplier is asked, by a link in var/mail"),
            ("unpaid, placed 5 days ago", 2, "not paid: when does it cancel itself"),
        ),
        (
            ("bank transfer, 1 hour ago", 0, "cancel: no waiting for bank transfers"),
            ("shipped", 7, "shipped: cancel is refused, write to the supplier"),
            ("unpaid, an hour before 20 days", 5, "cancels itself within the hour"),
        ),
    ),
    "status-gated": (
        (
            (
                "card, paid 30 hours ago",
                1,
                'Awaiting Shipping: "cancel the blue shoes", then undo',
            ),
            ("preparing", 0, "still Awaiting Shipping: cancel it"),
            ("shipped", 2, "Awaiting Delivery: cancelling is refused, contact the seller"),
        ),
        (
            ("bank transfer, 1 hour ago", 3, "cancel it"),
            ("one of two parcels shipped", 4, "half is on its way: a person looks at it"),
            ("delivered 2 days ago", 6, "delivered: cancelling is refused"),
        ),
    ),
    "helpdesk": (
        (
            ("card, paid 30 hours ago", 2, "cancel: a ticket is opened and numbered"),
            ("shipped", 0, "track it"),
            ("delivered 2 days ago", 4, "ask for help with it"),
        ),
        (
            ("unpaid, placed 5 days ago", 1, "cancel: a ticket"),
            ("shipped, five days late", 3, "late: where is my order"),
            ("returned and refunded", 7, "where is my refund"),
        ),
    ),
    "group-buy": (
        (
            ("held, campaign open", 1, "cancel: no charge was taken, the hold is released"),
            ("unpaid, placed 5 days ago", 0, "not paid: cancel it"),
            ("preparing", 5, "in preparation: a change of mind may not be accepted; a fault is"),
        ),
        (
            ("held, campaign over", 4, "the campaign is over: a person looks at it"),
            ("card, paid 30 hours ago", 6, "paid: ask for a refund"),
            ("delivered 10 days ago", 2, "delivered: ask for a refund"),
        ),
    ),
}
