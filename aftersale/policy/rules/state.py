"""What the order axis and open requests say."""

from aftersale.domain.orders import OrderState
from aftersale.policy.decision import Verdict
from aftersale.policy.question import Question


def order_is_open(q: Question) -> Verdict | None:
    """What is cancelled, or about to be, cannot be cancelled or held again."""
    state = q.facts.order_state
    if state is OrderState.CANCELLED:
        return q.deny("already_cancelled", "order_state")
    if state is OrderState.CANCELLING:
        return q.deny("cancelling", "order_state")
    return q.review("facts_missing", "order_state") if state is None else None


def order_is_not_finished(q: Question) -> Verdict | None:
    """A finished order is for a person to look at."""
    finished = q.facts.order_state is OrderState.COMPLETED
    return q.review("order_completed", "order_state") if finished else None


def no_request_is_open(q: Question) -> Verdict | None:
    """One cancellation request at a time."""
    if q.is_gated and q.facts.cancellation_open:
        return q.deny("request_already_open", "cancellation_open")
    return None
