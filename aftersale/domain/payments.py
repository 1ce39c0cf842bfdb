"""Payments: the money axis of an order."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PaymentMethod(StrEnum):
    """How the buyer pays; only a card has the 24-hour gate of R1.8."""

    CARD = "card"
    BANK_TRANSFER = "bank_transfer"
    WALLET = "wallet"
    CASH_ON_DELIVERY = "cash_on_delivery"


class PaymentState(StrEnum):
    """Where the money is. A hold is released or voided; only captured money is refunded."""

    AWAITING = "awaiting"  # nothing paid yet
    AUTHORISED = "authorised"  # a hold on the card, nothing charged
    VERIFYING = "verifying"  # paid, the provider still checks it
    PAID = "paid"  # captured
    PART_REFUNDED = "part_refunded"
    REFUNDED = "refunded"
    VOIDED = "voided"  # the hold is gone, confirmed by the provider
    FAILED = "failed"


PAYMENT_MOVES = {
    PaymentState.AWAITING: frozenset(
        {
            PaymentState.AUTHORISED,
            PaymentState.VERIFYING,
            PaymentState.PAID,
            PaymentState.FAILED,
            PaymentState.VOIDED,
        }
    ),
    PaymentState.AUTHORISED: frozenset(
        {PaymentState.PAID, PaymentState.VOIDED, PaymentState.FAILED, PaymentState.VERIFYING}
    ),
    PaymentState.VERIFYING: frozenset(
        {PaymentState.PAID, PaymentState.FAILED, PaymentState.REFUNDED}
    ),
    PaymentState.PAID: frozenset({PaymentState.PART_REFUNDED, PaymentState.REFUNDED}),
    PaymentState.PART_REFUNDED: frozenset({PaymentState.PART_REFUNDED, PaymentState.REFUNDED}),
    PaymentState.REFUNDED: frozenset[PaymentState](),
    PaymentState.VOIDED: frozenset[PaymentState](),
    PaymentState.FAILED: frozenset({PaymentState.AWAITING, PaymentState.PAID}),
}


@dataclass(frozen=True, slots=True)
class Payment:
    """The payment of one order. `display` is what a buyer may see ("Visa ending 4242")."""

    method: PaymentMethod
    state: PaymentState
    paid_at: datetime | None = None
    verified_at: datetime | None = None
    auth_expires_at: datetime | None = None
    provider_ref: str | None = None
    display: str | None = None
