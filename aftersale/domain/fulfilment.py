"""Fulfilment: the goods axis, per order line and per shipment."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FulfilmentState(StrEnum):
    """Where the goods are."""

    NONE = "none"  # nothing has begun
    PREPARING = "preparing"  # being packed
    PICKUP_ARRANGED = "pickup_arranged"  # a pickup has been agreed
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    PICKED_UP = "picked_up"
    LOST = "lost"
    RETURNED = "returned"


_AFTER_SHIPPING = frozenset(
    {FulfilmentState.DELIVERED, FulfilmentState.LOST, FulfilmentState.RETURNED}
)

# The goods are no longer where a cancellation or a hold could stop them.
GONE = _AFTER_SHIPPING | {FulfilmentState.SHIPPED, FulfilmentState.PICKED_UP}

FULFILMENT_MOVES = {
    FulfilmentState.NONE: frozenset(
        {FulfilmentState.PREPARING, FulfilmentState.PICKUP_ARRANGED, FulfilmentState.SHIPPED}
    ),
    FulfilmentState.PREPARING: frozenset(
        {FulfilmentState.NONE, FulfilmentState.PICKUP_ARRANGED, FulfilmentState.SHIPPED}
    ),
    FulfilmentState.PICKUP_ARRANGED: frozenset(
        {FulfilmentState.PREPARING, FulfilmentState.PICKED_UP, FulfilmentState.SHIPPED}
    ),
    FulfilmentState.SHIPPED: _AFTER_SHIPPING,
    FulfilmentState.DELIVERED: frozenset({FulfilmentState.RETURNED}),
    FulfilmentState.PICKED_UP: frozenset({FulfilmentState.RETURNED}),
    FulfilmentState.LOST: frozenset({FulfilmentState.DELIVERED, FulfilmentState.RETURNED}),
    FulfilmentState.RETURNED: frozenset[FulfilmentState](),
}


@dataclass(frozen=True, slots=True)
class TrackingEvent:
    """One scan of a parcel, oldest first in a shipment."""

    at: datetime
    text: str
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Shipment:
    """A parcel and the lines in it."""

    shipment_id: str
    line_ids: tuple[str, ...]
    state: FulfilmentState
    carrier: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    events: tuple[TrackingEvent, ...] = ()
