"""Returning goods: whose rules it follows, and what limits it. No rule here ever accepts one."""

from datetime import datetime

from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.orders import OrderState
from aftersale.policy.business import due_by
from aftersale.policy.decision import Verdict
from aftersale.policy.problem_knobs import ReturnException, ReturnModel
from aftersale.policy.question import Question


def order_is_not_cancelled(q: Question) -> Verdict | None:
    """Of a cancelled order there is nothing to give back."""
    over = q.facts.order_state in {OrderState.CANCELLED, OrderState.CANCELLING}
    return q.deny("return_cancelled", "order_state") if over else None


def goods_are_here(q: Question) -> Verdict | None:
    """Only what has arrived can be returned."""
    states = [line.fulfilment for line in q.lines]
    if not states or None in states:
        return q.review("facts_missing", "lines")
    if FulfilmentState.RETURNED in states:
        return q.review("facts_contradict", "lines")
    return None if q.received else q.deny("return_not_arrived", "lines", "shipped_at")


def storefront_has_a_way(q: Question) -> Verdict | None:
    """Some leave returns to the seller, some say nothing."""
    if q.policy.returns.model is ReturnModel.UNSPECIFIED:
        return q.deny("not_stated")
    if q.policy.returns.model is ReturnModel.SELLER_POLICY:
        return q.deny("return_seller_terms", "restocking_fee", "seller_known")
    return None


def class_may_come_back(q: Question) -> Verdict | None:
    """Goods that spoil, are made to order or are for hygiene are restricted (R4.14)."""
    excluded = q.policy.returns.excluded_classes
    hit = any(line.return_class in excluded for line in q.lines)
    if not hit or _is_lifted(q):
        return None
    return q.review("return_class_limited", "return_class", "defective", latest=ideal_until(q))


def goods_are_unopened(q: Question) -> Verdict | None:
    """Opened goods that cannot be sold again are limited, faulty ones are not (R4.13)."""
    if not q.policy.returns.opened_limited or _is_lifted(q):
        return None
    if q.request.opened is None:
        return q.review("facts_missing", "opened", "defective")
    if q.request.opened:
        return q.review("return_opened_limited", "opened", "defective", latest=ideal_until(q))
    return None


def goods_differ_from_listing(q: Question) -> Verdict | None:
    """What came as described and is simply not wanted is limited (R4.12)."""
    if not q.policy.returns.preference_limited or _is_lifted(q):
        return None
    if q.request.as_listed is None:
        return q.review("facts_missing", "as_listed")
    if q.request.as_listed:
        return q.review(
            "return_preference_limited", "as_listed", "defective", latest=ideal_until(q)
        )
    return None


def in_good_time(q: Question) -> Verdict | None:
    """Later than ideal is accepted and said to be so (R4.10); who reviews it decides."""
    ideal = ideal_until(q)
    if ideal is None or q.now <= ideal:
        return None
    return q.review("return_late", "received_at", latest=ideal)


def request_is_reviewed(q: Question) -> Verdict:
    """Every request is reviewed for eligibility (R3.17)."""
    return q.review("return_review", "lines", "received_at", latest=ideal_until(q))


def ideal_until(q: Question) -> datetime | None:
    """Return until when a return is ideally asked for, as far as the arrival is known."""
    within = q.policy.returns.ideal_within
    received = q.facts.received_at
    if within is None or received is None:
        return None
    return due_by(q.policy, received, within)


def _is_lifted(q: Question) -> bool:
    """Whether the buyer says that the goods are faulty, where that lifts the limits."""
    lifts = ReturnException.DEFECTIVE in q.policy.returns.exceptions
    return lifts and q.request.defective is True
