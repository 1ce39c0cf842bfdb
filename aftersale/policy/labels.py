"""One word for where an order stands: a view over its three axes; storefronts name the words."""

from collections.abc import Callable
from enum import StrEnum

from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.orders import Order, OrderState
from aftersale.domain.payments import PaymentState


class Status(StrEnum):
    """What a status label can tell apart. Every storefront names all of them."""

    CANCELLED = "cancelled"
    CANCELLING = "cancelling"
    COMPLETED = "completed"
    RETURNED = "returned"
    DELIVERED = "delivered"
    LOST = "lost"
    SHIPPED = "shipped"
    PART_SHIPPED = "part_shipped"
    PICKUP_ARRANGED = "pickup_arranged"
    PREPARING = "preparing"
    REFUNDED = "refunded"
    PAYMENT_FAILED = "payment_failed"
    AUTHORISED = "authorised"
    VERIFYING = "verifying"
    AWAITING_PAYMENT = "awaiting_payment"
    AWAITING_SHIPPING = "awaiting_shipping"


_F = FulfilmentState
_RECEIVED = frozenset({_F.DELIVERED, _F.PICKED_UP})
_AWAY = _RECEIVED | {_F.SHIPPED, _F.LOST, _F.RETURNED}

_BY_STATE = {
    OrderState.CANCELLED: Status.CANCELLED,
    OrderState.CANCELLING: Status.CANCELLING,
    OrderState.COMPLETED: Status.COMPLETED,
}
_BY_PAYMENT = {
    PaymentState.REFUNDED: Status.REFUNDED,
    PaymentState.VOIDED: Status.PAYMENT_FAILED,
    PaymentState.FAILED: Status.PAYMENT_FAILED,
    PaymentState.AUTHORISED: Status.AUTHORISED,
    PaymentState.VERIFYING: Status.VERIFYING,
    PaymentState.AWAITING: Status.AWAITING_PAYMENT,
}
# The first that fits wins: what is furthest along for the whole order, then what has begun.
_BY_GOODS: tuple[tuple[Status, Callable[[frozenset[FulfilmentState]], bool]], ...] = (
    (Status.RETURNED, lambda states: states == {_F.RETURNED}),
    (Status.DELIVERED, lambda states: states <= _RECEIVED | {_F.RETURNED}),
    (Status.LOST, lambda states: states <= _AWAY and _F.LOST in states),
    (Status.SHIPPED, lambda states: states <= _AWAY),
    (Status.PART_SHIPPED, lambda states: bool(states & _AWAY)),
    (Status.PICKUP_ARRANGED, lambda states: _F.PICKUP_ARRANGED in states),
    (Status.PREPARING, lambda states: _F.PREPARING in states),
)


def status_of(order: Order) -> Status:
    """Return where the order stands: its own end, then its goods, then its money."""
    if order.state in _BY_STATE:
        return _BY_STATE[order.state]
    states = frozenset(line.fulfilment for line in order.lines if not line.cancelled)
    for status, fits in _BY_GOODS if states else ():
        if fits(states):
            return status
    return _BY_PAYMENT.get(order.payment.state, Status.AWAITING_SHIPPING)
