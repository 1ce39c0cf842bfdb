"""Whether the facts fit together. Contradictory facts can carry neither a yes nor a no."""

from datetime import datetime

from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.orders import OrderState
from aftersale.domain.payments import PaymentState
from aftersale.policy.decision import Verdict
from aftersale.policy.question import Question

_F = FulfilmentState
_NOT_SHIPPED = frozenset({_F.NONE, _F.PREPARING, _F.PICKUP_ARRANGED})
_RECEIVED = frozenset({_F.DELIVERED, _F.PICKED_UP, _F.RETURNED, _F.LOST})
_PAST = ("placed_at", "paid_at", "verified_at", "shipped_at", "delivered_at", "cancel_asked_at")
_LATER = ("received_at", "first_contact_at", "last_contact_at", "seller_answered_at")
_AHEAD = ("auth_expires_at", "campaign_ends_at", "estimated_delivery_at")
_ALL = (*_PAST, *_LATER, *_AHEAD, "fulfilment_started_at")


def times_have_zones(q: Question) -> Verdict | None:
    """A time without a zone can be off by a day, so nothing is decided with it."""
    naive = [name for name in _ALL if _is_naive(getattr(q.facts, name))]
    case = q.facts.case
    if naive or _is_naive(q.now) or (case is not None and _is_naive(case.opened_at)):
        return q.review("facts_contradict", *naive)
    return None


def nothing_is_in_the_future(q: Question) -> Verdict | None:
    """What is said to have happened cannot lie ahead."""
    names = (*_PAST, *_LATER, "fulfilment_started_at")
    ahead = [name for name in names if _is_after(getattr(q.facts, name), q.now)]
    return q.review("facts_contradict", *ahead) if ahead else None


def goods_agree_with_times(q: Question) -> Verdict | None:
    """Shipping and delivery times need lines that were shipped and delivered, in that order."""
    facts = q.facts
    states = {line.fulfilment for line in facts.lines if not line.cancelled}
    shipped_unseen = facts.shipped_at is not None and bool(states) and states <= _NOT_SHIPPED
    unseen = facts.delivered_at is not None and None not in states and not states & _RECEIVED
    order = (facts.placed_at, facts.shipped_at, facts.delivered_at)
    known = [moment for moment in order if moment is not None]
    if shipped_unseen or unseen or known != sorted(known):
        return q.review("facts_contradict", "lines", "placed_at", "shipped_at", "delivered_at")
    return None


def payment_agrees_with_times(q: Question) -> Verdict | None:
    """Nothing awaited was paid, and a hold that ran out holds nothing."""
    facts = q.facts
    if facts.payment_state is PaymentState.AWAITING and facts.paid_at is not None:
        return q.review("facts_contradict", "payment_state", "paid_at")
    expires = facts.auth_expires_at
    if facts.payment_state is PaymentState.AUTHORISED and expires and expires <= q.now:
        return q.review("facts_contradict", "payment_state", "auth_expires_at")
    return None


def cancelled_means_all_lines(q: Question) -> Verdict | None:
    """A cancelled order has no open line, and an open order has one."""
    facts = q.facts
    open_lines = [line for line in facts.lines if not line.cancelled]
    if facts.order_state is OrderState.CANCELLED and open_lines:
        return q.review("facts_contradict", "order_state", "lines")
    if facts.order_state is OrderState.OPEN and facts.lines and not open_lines:
        return q.review("facts_contradict", "order_state", "lines")
    return None


def lines_are_told_apart(q: Question) -> Verdict | None:
    """Two lines of one id cannot be cancelled apart."""
    ids = [line.line_id for line in q.facts.lines]
    return q.review("facts_contradict", "lines") if len(set(ids)) < len(ids) else None


def wanted_lines_exist(q: Question) -> Verdict | None:
    """A wish names lines that are there and open, or the whole order."""
    there = {line.line_id for line in q.facts.lines if not line.cancelled}
    if set(q.request.line_ids) <= there:
        return None
    return q.review("facts_contradict", "line_ids", "lines")


def _is_naive(moment: datetime | None) -> bool:
    return moment is not None and moment.utcoffset() is None


def _is_after(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment > now
