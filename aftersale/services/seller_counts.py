"""Counts what sellers do, once each, and flags who does it too often; buyers are not told."""

from datetime import datetime

from aftersale.domain.orders import Order
from aftersale.domain.requests import AuditEntry
from aftersale.domain.sellers import (
    FlagReason,
    SellerEvent,
    SellerEventKind,
    SellerFlag,
)
from aftersale.services.ports import UnitOfWork
from aftersale.services.wiring import Wiring


def count_stockout(wiring: Wiring, uow: UnitOfWork, order: Order, *, now: datetime) -> bool:
    """Count that the seller of the order cannot deliver, once an order; flag when frequent."""
    if order.seller_id is None:
        return False
    new = uow.seller_mail.count(
        SellerEvent(
            seller_id=order.seller_id,
            storefront=order.storefront,
            kind=SellerEventKind.STOCKOUT,
            at=now,
            event_key=f"stockout:{order.storefront}:{order.number}",
            order_number=order.number,
        )
    )
    if new:
        _flag_if_frequent(wiring, uow, order.seller_id, storefront=order.storefront, now=now)
    return new


def count_request(
    uow: UnitOfWork, order: Order, kind: SellerEventKind, *, key: str, now: datetime
) -> None:
    """Count a refusal or a silence about a request."""
    if order.seller_id is None:
        return
    uow.seller_mail.count(
        SellerEvent(
            seller_id=order.seller_id,
            storefront=order.storefront,
            kind=kind,
            at=now,
            event_key=f"{kind.value}:{key}",
            order_number=order.number,
        )
    )


def flag_bounce(uow: UnitOfWork, seller_id: str, storefront: str, *, now: datetime) -> None:
    """Flag a seller whose address does not work: they breach the terms (R0.19)."""
    _flag(uow, SellerFlag(seller_id, storefront, FlagReason.BOUNCES, now, 1))


def _flag_if_frequent(
    wiring: Wiring, uow: UnitOfWork, seller_id: str, *, storefront: str, now: datetime
) -> None:
    knobs = wiring.policy(storefront).sellers
    if knobs.stockouts is None or knobs.within is None:
        return  # the storefront does not say what is frequent
    since = now - knobs.within.span
    times = uow.seller_mail.times(seller_id, SellerEventKind.STOCKOUT, since)
    if times >= knobs.stockouts:
        _flag(uow, SellerFlag(seller_id, storefront, FlagReason.STOCKOUTS, now, times))


def _flag(uow: UnitOfWork, flag: SellerFlag) -> None:
    if not uow.seller_mail.flag(flag):
        return
    uow.ledger.audit(
        AuditEntry(
            at=flag.since,
            actor="system",
            action="seller.flagged",
            subject=f"seller:{flag.seller_id}",
            after={"reason": flag.reason.value, "times": flag.times},
        )
    )
