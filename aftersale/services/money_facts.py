"""Where the money of one order is and where it goes, in plain words: only what is known.

Each function takes the open transaction, the call and the judgement, and returns a reply without
the variables that every reply about an order has.
"""

from typing import Any

from aftersale.domain.cases import OPEN_CASES, Case, CaseType
from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.orders import Order, OrderState
from aftersale.domain.payments import PaymentState
from aftersale.domain.requests import Refund, RefundKind, RefundState
from aftersale.policy.decision import Outcome
from aftersale.policy.problem_knobs import RefundDestination, RefundPayer
from aftersale.services.call import Call
from aftersale.services.deciding import Judgement
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice, date, money
from aftersale.services.terms import alternatives

_NOTHING_TAKEN = frozenset({PaymentState.AWAITING, PaymentState.FAILED})
_ASKED_FOR = frozenset({CaseType.RETURN_REQUEST, CaseType.REFUND_REQUEST})
_ARRIVED = frozenset({FulfilmentState.DELIVERED, FulfilmentState.PICKED_UP})
_STUCK = frozenset({RefundState.REFUSED, RefundState.REVERSED})


def refund(uow: UnitOfWork, call: Call, judgement: Judgement) -> Reply:  # noqa: ARG001
    """Say where the money is, and never call the release of a hold a refund."""
    order = judgement.order
    rows = uow.requests.refunds(order.storefront, order.number)
    if rows:
        return _refund_row(max(rows, key=lambda row: row.created_at), order)
    if case := _under_review(uow, order):
        ways = [choice("case_status", case_number=case.number)]
        asked = {"case_number": case.number, "since": date(case.created_at), "choices": ways}
        return Reply("utter_refund_under_review", asked)
    return _by_payment(judgement)


def _under_review(uow: UnitOfWork, order: Order) -> Case | None:
    """Return the open case in which the money was asked for, so that nothing is decided yet."""
    for case in uow.cases.of_buyer(order.storefront, order.buyer_id):
        about = case.order_number == order.number and case.type in _ASKED_FOR
        if about and case.state in OPEN_CASES:
            return case
    return None


def _by_payment(judgement: Judgement) -> Reply:
    """Say what the payment itself tells."""
    order = judgement.order
    shown = {"payment": order.payment.display}
    if order.payment.state is PaymentState.REFUNDED:
        return Reply("utter_refund_confirmed", shown | {"since": None})
    if order.payment.state is PaymentState.VOIDED:
        return Reply("utter_release_confirmed", shown | {"since": None})
    if order.payment.state in _NOTHING_TAKEN:
        return Reply("utter_refund_nothing_paid")
    if order.state is OrderState.CANCELLING:
        return Reply("utter_refund_waits_for_shop")
    if order.payment.state is PaymentState.AUTHORISED:
        return Reply("utter_refund_hold_only", shown)
    if order.state is OrderState.CANCELLED:
        choices = [choice("contact_seller", order_number=order.number), choice("open_case")]
        return Reply("utter_refund_by_seller", {"choices": choices})
    return Reply("utter_refund_none", {"choices": _instead(judgement)})


def _instead(judgement: Judgement) -> list[dict[str, Any]]:
    """Return what may lead to a refund: giving it back, cancelling, or what is left of both."""
    order = judgement.order
    if any(line.fulfilment in _ARRIVED for line in order.lines):
        return [choice("request_refund", order_number=order.number)]
    if judgement.decision.outcome is Outcome.REFUSE:
        return alternatives(judgement)
    return [choice("cancel_order", order_number=order.number)]


def _refund_row(row: Refund, order: Order) -> Reply:
    variables = {
        "amount": money(row.amount),
        "payment": row.destination or order.payment.display,
        "since": date(row.confirmed_at or row.created_at),
        "choices": [choice("open_case")] if row.state in _STUCK else [],
    }
    kind = "release" if row.kind is RefundKind.RELEASE else "refund"
    return Reply(f"utter_{kind}_{row.state.value}", variables)


def destination(uow: UnitOfWork, call: Call, judgement: Judgement) -> Reply:  # noqa: ARG001
    """Say to which way of paying money goes, masked, and whether another is possible (R4.11)."""
    order, knobs = judgement.order, judgement.policy.refund
    if order.payment.state in _NOTHING_TAKEN:
        return Reply("utter_refund_destination_nothing", {"choices": []})
    by_seller = knobs.payer is RefundPayer.SELLER
    way = "contact_seller" if by_seller and judgement.can_write else "open_case"
    shown = {
        "payment": order.payment.display,
        "choices": [choice(way, order_number=order.number)],
    }
    if by_seller:
        return Reply("utter_refund_destination_seller", shown)
    if RefundDestination.ORIGINAL_METHOD not in knobs.destinations:
        return Reply("utter_refund_destination_unstated", shown)
    elsewhere = RefundDestination.PERMITTED_ALTERNATIVE in knobs.destinations
    return Reply("utter_refund_destination" + ("" if elsewhere else "_only"), shown)
