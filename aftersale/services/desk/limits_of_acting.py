"""What nobody may do for an order, whatever their role: each by a stable code."""

from collections.abc import Collection

from aftersale.domain.acting import AgentAsk, AgentDeed
from aftersale.domain.fulfilment import GONE
from aftersale.domain.orders import Order, OrderState
from aftersale.domain.payments import PaymentState
from aftersale.domain.requests import RefundState
from aftersale.policy.problem_knobs import RefundPayer
from aftersale.services.by_hand import may_be_sent_by_hand
from aftersale.services.deciding import Judgement
from aftersale.services.desk.asked import Asked
from aftersale.services.ports import UnitOfWork
from aftersale.services.refunds import left_of, refund_kind
from aftersale.services.returning.filing import open_request
from aftersale.services.terms import amount_of, open_lines

NEVER: dict[str, str] = {
    "read_only": "The storefront lets nothing be changed at the moment.",
    "party_to_order": "You take part in this order, so a colleague has to act.",
    "lines_unknown": "One of the lines is not part of the order, or is cancelled already.",
    "order_cancelled": "The order is cancelled; there is nothing left to cancel.",
    "order_cancelling": "A cancellation is on its way; the shop has not answered yet.",
    "order_completed": "The order is finished, so it cannot be cancelled.",
    "goods_gone": "Goods of it have left, so they cannot be stopped.",
    "nothing_paid": "Nothing was charged, so nothing can go back.",
    "no_hold": "No hold is known on this payment.",
    "hold_only": "Nothing was charged: there is a hold, and a hold is released, not refunded.",
    "hold_of_whole": "A hold is released as a whole or not at all.",
    "already_refunded": "The money for it went back already, or is on its way.",
    "refund_by_hand": "A person may be sending money of it by hand; look at the order's cases.",
    "more_than_left": "That is more than what is left of what was paid.",
    "seller_pays_back": "The seller has the money, so the seller gives it back.",
    "no_seller": "There is no seller whom a letter reaches.",
    "asked_already": "This was asked for already and is not answered yet.",
    "whole_order_only": "The supplier is asked about whole orders only.",
    "not_offered": "The storefront knows no such thing.",
}
_CAME_TO_NOTHING = frozenset({RefundState.REFUSED, RefundState.REVERSED})
_TAKEN = frozenset({PaymentState.PAID, PaymentState.VERIFYING, PaymentState.PART_REFUNDED})


def never_at_all(asked: Asked, judgement: Judgement) -> str | None:
    """Return why nothing of the wish can be, neither by the rules nor against them."""
    order = judgement.order
    if judgement.decision.reason_code == "read_only":
        return "read_only"
    if asked.amount_minor is not None and asked.amount_minor <= 0:
        return "more_than_left"
    known = {line.line_id for line in order.lines}
    if asked.ask is not AgentAsk.REFUND:
        known = {line.line_id for line in order.lines if not line.cancelled}
    return None if set(asked.line_ids) <= known else "lines_unknown"


def never(uow: UnitOfWork, asked: Asked, judgement: Judgement, deed: AgentDeed) -> str | None:
    """Return why this deed is impossible for the order as it is now; None when it is not."""
    order = judgement.order
    match deed:
        case AgentDeed.CANCEL:
            return _cancel(uow, order, asked)
        case AgentDeed.REFUND:
            return _refund(uow, judgement, asked)
        case AgentDeed.RELEASE:
            return _release(uow, order)
        case AgentDeed.REQUEST_CANCEL:
            return "whole_order_only" if _is_part(order, asked) else None
        case AgentDeed.ASK_HOLD:
            return _hold(judgement)
        case AgentDeed.REQUEST_RETURN:
            return _return(uow, order, asked)
        case _:
            return None


def _cancel(uow: UnitOfWork, order: Order, asked: Asked) -> str | None:
    states = {
        OrderState.CANCELLED: "order_cancelled",
        OrderState.CANCELLING: "order_cancelling",
        OrderState.COMPLETED: "order_completed",
    }
    if order.state in states:
        return states[order.state]
    meant = [x for x in order.lines if not x.cancelled and x.line_id in _lines(order, asked)]
    if any(line.fulfilment in GONE for line in meant):
        return "goods_gone"
    if asked.ask is AgentAsk.RELEASE and order.payment.state is not PaymentState.AUTHORISED:
        return "no_hold"
    if _is_part(order, asked) and order.payment.state is PaymentState.AUTHORISED:
        return "hold_of_whole" if asked.ask is AgentAsk.RELEASE else None
    refunded = _is_part(order, asked) and refunded_lines(uow, order) & set(asked.line_ids)
    return "already_refunded" if refunded else None


def _refund(uow: UnitOfWork, judgement: Judgement, asked: Asked) -> str | None:
    order = judgement.order
    if judgement.policy.refund.payer is RefundPayer.SELLER:
        return "seller_pays_back"
    if order.state is OrderState.CANCELLING:
        return "order_cancelling"  # its money comes with the shop's answer
    if order.payment.state is PaymentState.AUTHORISED:
        return "hold_only"
    if order.payment.state in {PaymentState.REFUNDED, PaymentState.VOIDED}:
        return "already_refunded"
    if order.payment.state not in _TAKEN:
        return "nothing_paid"
    if may_be_sent_by_hand(uow, order, asked.line_ids):
        return "refund_by_hand"
    left = left_of(uow, order).minor
    gone = refunded_lines(uow, order)
    if left <= 0 or gone & set(asked.line_ids) or not _has_worth(order, asked, gone):
        return "already_refunded"
    return "more_than_left" if (asked.amount_minor or 0) > left else None


def _has_worth(order: Order, asked: Asked, gone: Collection[str]) -> bool:
    """Whether money belongs to what is asked for: lines that are left may have cost nothing."""
    meant = asked.line_ids or tuple(x.line_id for x in order.lines if x.line_id not in gone)
    return bool(asked.amount_minor or amount_of(order, meant).minor)


def _release(uow: UnitOfWork, order: Order) -> str | None:
    if refund_kind(order) is None or order.payment.state is not PaymentState.AUTHORISED:
        return "no_hold"
    made = uow.requests.refunds(order.storefront, order.number)
    return "already_refunded" if made else None


def _hold(judgement: Judgement) -> str | None:
    order = judgement.order
    if order.state is not OrderState.OPEN:
        return f"order_{order.state.value}"
    if any(line.fulfilment in GONE for line in order.lines if not line.cancelled):
        return "goods_gone"
    if judgement.facts is not None and judgement.facts.hold_open:
        return "asked_already"
    return None if judgement.can_write else "no_seller"


def _return(uow: UnitOfWork, order: Order, asked: Asked) -> str | None:
    if order.state in {OrderState.CANCELLED, OrderState.CANCELLING}:
        return f"order_{order.state.value}"
    known = open_request(uow, order, asked.line_ids or open_lines(order))
    return "asked_already" if known else None


def _lines(order: Order, asked: Asked) -> Collection[str]:
    return asked.line_ids or {line.line_id for line in order.lines}


def _is_part(order: Order, asked: Asked) -> bool:
    """Whether lines of the order stay that are still wanted."""
    wanted = {line.line_id for line in order.lines if not line.cancelled}
    return bool(asked.line_ids) and bool(wanted - set(asked.line_ids))


def refunded_lines(uow: UnitOfWork, order: Order) -> set[str]:
    """Return the lines whose money went back or is on its way, whoever asked for it."""
    return {
        line
        for refund in uow.requests.refunds(order.storefront, order.number)
        if refund.state not in _CAME_TO_NOTHING
        if (row := uow.outbox.by_key(refund.idempotency_key))
        for line in row.payload.get("line_ids", ())
    }
