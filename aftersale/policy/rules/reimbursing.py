"""The possible reimbursement of what never came (R0.14), after the seller was tried (R0.15)."""

from datetime import datetime

from aftersale.domain.payments import PaymentState
from aftersale.policy.decision import Verdict
from aftersale.policy.problem_knobs import DisputeException
from aftersale.policy.question import Question
from aftersale.policy.rules.problems import grace_ends

_CAPTURED = frozenset({PaymentState.PAID, PaymentState.VERIFYING, PaymentState.PART_REFUNDED})
_TRIED = ("contact_attempts", "first_contact_at", "seller_answered_at", "seller_known")


def reimbursing_is_offered(q: Question) -> Verdict | None:
    """One storefront knows it, as an exception; nobody else's rule is borrowed."""
    offered = DisputeException.NON_DELIVERY_REIMBURSEMENT in q.policy.dispute.exceptions
    return None if offered else q.deny("reimburse_not_offered")


def something_was_paid(q: Question) -> Verdict | None:
    """What was not taken, or went back already, is not reimbursed."""
    state = q.facts.payment_state
    if state is None:
        return q.review("facts_missing", "payment_state")
    return None if state in _CAPTURED else q.deny("reimburse_nothing_paid", "payment_state")


def goods_never_came(q: Question) -> Verdict | None:
    """It is about goods that did not arrive although their date has passed."""
    if not q.lines or any(line.fulfilment is None for line in q.lines):
        return q.review("facts_missing", "lines")
    if q.received:
        return q.deny("reimburse_arrived", "lines", "delivered_at")
    due = grace_ends(q) or q.facts.estimated_delivery_at
    if due is None:
        return q.review("facts_missing", "estimated_delivery_at")
    if q.now < due:
        return q.deny("reimburse_not_due", "estimated_delivery_at", "lines", earliest=due)
    return None


def seller_was_tried(q: Question) -> Verdict | None:
    """Every attempt to reach the seller comes first, and has its time."""
    facts, knobs = q.facts, q.policy.problem
    if not knobs.seller_first or facts.seller_answered_at is not None:
        return None
    if facts.contact_attempts < 1:
        return q.deny("reimburse_contact_first", *_TRIED)
    until = seller_has_until(q)
    if until is None and knobs.seller_wait is not None:
        return q.review("facts_missing", *_TRIED)
    waiting = until is not None and q.now < until and facts.seller_known
    return q.deny("reimburse_wait_seller", *_TRIED, earliest=until) if waiting else None


def eligibility_is_reviewed(q: Question) -> Verdict:
    """A person looks whether it is eligible; it may be."""
    return q.review("reimburse_may", "estimated_delivery_at", "lines", *_TRIED)


def seller_has_until(q: Question) -> datetime | None:
    """Return until when the seller may take to answer the first attempt."""
    wait, first = q.policy.problem.seller_wait, q.facts.first_contact_at
    return None if wait is None or first is None else first + wait
