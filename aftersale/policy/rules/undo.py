"""Taking a cancellation back inside the undo window."""

from datetime import timedelta

from aftersale.domain.orders import OrderState
from aftersale.policy.decision import Verdict
from aftersale.policy.question import Question

_NAMES = ("order_state", "cancellation_open", "cancel_asked_at")


def cancellation_can_be_taken_back(q: Question) -> Verdict:
    """Open until exactly the window's end; a cancelled order is never brought back."""
    facts = q.facts
    if facts.order_state is OrderState.CANCELLED:
        return q.deny("undo_too_late", *_NAMES)
    if facts.order_state is not OrderState.CANCELLING and not facts.cancellation_open:
        return q.deny("undo_nothing", *_NAMES)
    if facts.cancel_asked_at is None:
        return q.review("facts_missing", *_NAMES)
    until = facts.cancel_asked_at + timedelta(seconds=q.policy.undo_window)
    if q.now >= until:
        return q.deny("undo_too_late", *_NAMES)
    return q.allow("undo_possible", *_NAMES, latest=until)
