"""Money on its way back: started when an order is cancelled, ended by the provider's answer.

A release frees a hold; a refund returns captured money. Inside a transaction of the caller.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aftersale.domain.cases import CaseType
from aftersale.domain.money import Money
from aftersale.domain.orders import Order
from aftersale.domain.payments import PAYMENT_MOVES, PaymentState
from aftersale.domain.requests import (
    AuditEntry,
    OutboxKind,
    OutboxRow,
    Refund,
    RefundKind,
    RefundState,
)
from aftersale.policy.decision import MoneyMove
from aftersale.services.by_hand import BY_HAND, case_by_hand, may_be_sent_by_hand
from aftersale.services.cases import Matter, file_case
from aftersale.services.outcomes import audit_order, matter_of, open_and_tell
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import money
from aftersale.services.telling import tell
from aftersale.services.terms import amount_of, open_lines
from aftersale.services.wiring import Wiring

_CAPTURED = frozenset({PaymentState.PAID, PaymentState.VERIFYING, PaymentState.PART_REFUNDED})
_CHARGED = _CAPTURED | {PaymentState.REFUNDED}
_CAME_BACK = frozenset({RefundState.REFUSED, RefundState.REVERSED})
_UNSETTLED = frozenset({RefundState.PENDING, RefundState.UNKNOWN})
_KINDS = {
    RefundKind.RELEASE: OutboxKind.PAYMENT_RELEASE,
    RefundKind.REFUND: OutboxKind.PAYMENT_REFUND,
}


@dataclass(frozen=True, slots=True)
class Due:
    """Money that would come back: how, how much, and whether only a person can send it."""

    kind: RefundKind
    amount: Money
    by_hand: bool


def due(uow: UnitOfWork, order: Order, payload: Mapping[str, Any]) -> Due | None:
    """Return what the platform has to give back for these lines; None: nothing (any more).

    `amount_minor` in the payload asks for less than what the lines are worth.
    """
    kind = refund_kind(order)
    if kind is None:
        return None
    amount = _amount_due(uow, order, payload)
    if amount.minor <= 0:
        return None
    unknown = order.payment.provider_ref is None
    by_hand = unknown or _holds_more(uow, order, kind, payload)
    if kind is RefundKind.REFUND and not by_hand:
        by_hand = may_be_sent_by_hand(uow, order, payload["line_ids"])
    return Due(kind, amount, by_hand)


def money_back(
    wiring: Wiring, uow: UnitOfWork, order: Order, payload: Mapping[str, Any], *, now: datetime
) -> tuple[str, dict[str, Any]]:
    """Start a release or refund where the platform has something to give back."""
    if refund_kind(order) is None:
        return _nothing_due(order), {}
    if payload["money"] == MoneyMove.UNKNOWN.value:
        return "utter_told_cancelled_seller_refunds", {}
    owed = due(uow, order, payload)
    if owed is None:
        return _nothing_due(order), {}
    if owed.by_hand:
        key = f"{BY_HAND}{payload['request_id']}"
        matter = matter_of(CaseType.REFUND_REQUEST, key, order, payload)
        matter = replace(matter, line_ids=tuple(payload["line_ids"]))
        known = case_by_hand(uow, order, payload["line_ids"])
        case = known or file_case(wiring, uow, matter, now=now)
        return "utter_told_cancelled_manual", {
            "case_number": case.number,
            "amount": money(owed.amount),
        }
    refund = _refund(wiring, order, payload, owed, now=now)
    uow.requests.add_refund(refund)
    uow.outbox.add(_transfer(wiring, order, payload, refund))
    return f"utter_told_cancelled_{owed.kind.value}", {"amount": money(owed.amount)}


def _nothing_due(order: Order) -> str:
    """Return how it is told: that nothing was charged only where that is so."""
    charged = order.payment.state in _CHARGED and order.total.minor > 0
    return "utter_told_shop_cancelled" if charged else "utter_told_cancelled_none"


def _holds_more(
    uow: UnitOfWork, order: Order, kind: RefundKind, payload: Mapping[str, Any]
) -> bool:
    """Whether the hold is also for goods that are still wanted: it is released whole or not."""
    if kind is not RefundKind.RELEASE:
        return False
    wanted = set(open_lines(order)) - set(payload["line_ids"])
    return bool(wanted) or uow.orders.paid_with_others(order)


def refund_kind(order: Order) -> RefundKind | None:
    """Return how the order's money would come back; None when there is none to give back."""
    if order.payment.state is PaymentState.AUTHORISED:
        return RefundKind.RELEASE
    return RefundKind.REFUND if order.payment.state in _CAPTURED else None


def left_of(uow: UnitOfWork, order: Order) -> Money:
    """Return what is left of what was paid, after everything that goes or went back."""
    earlier = sum(
        refund.amount.minor
        for refund in uow.requests.refunds(order.storefront, order.number)
        if refund.kind is RefundKind.REFUND and refund.state not in _CAME_BACK
    )
    return Money(order.total.minor - earlier, order.currency)


def _amount_due(uow: UnitOfWork, order: Order, payload: Mapping[str, Any]) -> Money:
    """Return what is still to be given back: never more than is left of what was paid."""
    worth = amount_of(order, tuple(payload["line_ids"])).minor
    wanted = payload.get("amount_minor") or worth
    return Money(min(wanted, left_of(uow, order).minor), order.currency)


def _refund(
    wiring: Wiring, order: Order, payload: Mapping[str, Any], owed: Due, *, now: datetime
) -> Refund:
    return Refund(
        refund_id=wiring.new_id(),
        storefront=order.storefront,
        order_number=order.number,
        kind=owed.kind,
        state=RefundState.PENDING,
        amount=owed.amount,
        destination=order.payment.display,
        created_at=now,
        idempotency_key=f"{owed.kind.value}:{payload['request_id']}",
    )


def _transfer(
    wiring: Wiring, order: Order, payload: Mapping[str, Any], refund: Refund
) -> OutboxRow:
    """Return the outbox row that asks the provider, under the refund's own key."""
    return OutboxRow(
        outbox_id=wiring.new_id(),
        kind=_KINDS[refund.kind],
        idempotency_key=refund.idempotency_key,
        payload={
            "storefront": order.storefront,
            "number": order.number,
            "refund_id": refund.refund_id,
            "request_id": payload["request_id"],
            "line_ids": list(payload["line_ids"]),
            "conversation_id": payload["conversation_id"],
            "provider_ref": order.payment.provider_ref,
            "amount_minor": refund.amount.minor,
            "currency": refund.amount.currency,
        },
        not_before=refund.created_at,
        created_at=refund.created_at,
    )


def payment_done(
    wiring: Wiring,
    uow: UnitOfWork,
    payload: Mapping[str, Any],
    *,
    provider_ref: str,
    now: datetime,
) -> None:
    """Write down that the provider confirmed, and tell the buyer."""
    order, refund = _refund_of(uow, payload)
    if order is None or refund is None or refund.state not in _UNSETTLED:
        return
    confirmed = replace(
        refund, state=RefundState.CONFIRMED, confirmed_at=now, provider_ref=provider_ref
    )
    uow.requests.save_refund(confirmed, audit=_audit_refund(order, confirmed, now))
    paid = _payment_after(uow, order, refund)
    if paid not in {order.payment.state, *PAYMENT_MOVES[order.payment.state]}:
        paid = order.payment.state  # the shop told of it first, and knows more by now
    audit = audit_order(
        order, "payment.moved", actor="provider", now=now, after={"payment": paid.value}
    )
    stored = uow.orders.save(
        replace(order, payment=replace(order.payment, state=paid)), audit=audit
    )
    tell(
        wiring,
        uow,
        stored,
        f"utter_told_{refund.kind.value}_confirmed",
        conversation_id=payload["conversation_id"],
        now=now,
        more={"amount": money(refund.amount)},  # of some lines it is less than the order's
    )


def _payment_after(uow: UnitOfWork, order: Order, refund: Refund) -> PaymentState:
    if refund.kind is RefundKind.RELEASE:
        return PaymentState.VOIDED
    back = sum(
        each.amount.minor
        for each in uow.requests.refunds(order.storefront, order.number)
        if each.kind is RefundKind.REFUND and each.state is RefundState.CONFIRMED
    )
    return PaymentState.REFUNDED if back >= order.total.minor else PaymentState.PART_REFUNDED


def payment_refused(
    wiring: Wiring, uow: UnitOfWork, payload: Mapping[str, Any], *, error: str, now: datetime
) -> None:
    """Write down the refusal, open a case for the platform, and tell the buyer."""
    order, refund = _refund_of(uow, payload)
    if order is None or refund is None or refund.state not in _UNSETTLED:
        return
    _moved(uow, order, refund, RefundState.REFUSED, now=now)
    matter = _matter(payload, order, CaseType.PAYMENT_REFUSED, error)
    open_and_tell(wiring, uow, matter, "utter_told_payment_refused", now=now)


def payment_failed(
    wiring: Wiring, uow: UnitOfWork, payload: Mapping[str, Any], *, error: str, now: datetime
) -> None:
    """Take the provider's word that it came to nothing, even after it had been confirmed."""
    order, refund = _refund_of(uow, payload)
    if order is None or refund is None or refund.state is not RefundState.CONFIRMED:
        payment_refused(wiring, uow, payload, error=error, now=now)
        return
    _moved(uow, order, refund, RefundState.REVERSED, now=now)
    matter = _matter(payload, order, CaseType.PAYMENT_REFUSED, error)
    open_and_tell(wiring, uow, matter, "utter_told_payment_reversed", now=now)


def payment_silent(
    wiring: Wiring, uow: UnitOfWork, payload: Mapping[str, Any], *, error: str, now: datetime
) -> None:
    """Open a case for a provider that does not answer; the money may be on its way already."""
    order, refund = _refund_of(uow, payload)
    if order is None or refund is None or refund.state is not RefundState.PENDING:
        return
    _moved(uow, order, refund, RefundState.UNKNOWN, now=now)
    matter = _matter(payload, order, CaseType.UNKNOWN_EFFECT, error)
    open_and_tell(wiring, uow, matter, "utter_told_payment_unknown", now=now)


def _moved(
    uow: UnitOfWork, order: Order, refund: Refund, state: RefundState, *, now: datetime
) -> None:
    moved = replace(refund, state=state)
    uow.requests.save_refund(moved, audit=_audit_refund(order, moved, now))


def _matter(payload: Mapping[str, Any], order: Order, kind: CaseType, error: str) -> Matter:
    """Return the case about it: one for each way in which the same refund can go wrong."""
    key = f"{kind.value}:{payload['refund_id']}"
    return matter_of(kind, key, order, payload, text=error)


def _audit_refund(order: Order, refund: Refund, now: datetime) -> AuditEntry:
    after = {"refund_id": refund.refund_id, "refund": refund.state.value}
    action = f"{refund.kind.value}.{refund.state.value}"
    return audit_order(order, action, actor="provider", now=now, after=after)


def _refund_of(uow: UnitOfWork, payload: Mapping[str, Any]) -> tuple[Order | None, Refund | None]:
    storefront, number = payload["storefront"], payload["number"]
    refunds = uow.requests.refunds(storefront, number)
    mine = next((r for r in refunds if r.refund_id == payload["refund_id"]), None)
    return uow.orders.find(storefront, number), mine
