"""What the goods axis says: where each line stands, as seen from the storefront's cut-off."""

from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.orders import ReasonClass
from aftersale.policy.decision import Verdict
from aftersale.policy.knobs import AfterCutoff, AskReason, CancelActor
from aftersale.policy.question import Question, Side


def reason_is_known(q: Question) -> Verdict | None:
    """Some storefronts want the reason before they look at anything."""
    first = q.policy.cancel.ask_reason is AskReason.FIRST
    if first and q.request.reason_class is ReasonClass.UNKNOWN:
        return q.review("facts_missing", "reason_class")
    return None


def lines_are_known(q: Question) -> Verdict | None:
    """Every line's place is known, and all stand on one side of the cut-off."""
    if q.is_by(CancelActor.UNSPECIFIED):
        return None
    if q.side is Side.UNKNOWN:
        return q.review("facts_missing", "lines")
    return q.review("partial", "lines") if q.side is Side.BOTH else None


def nothing_came_back(q: Question) -> Verdict | None:
    """Goods that came back are past cancelling, and no storefront says what follows."""
    back = any(line.fulfilment is FulfilmentState.RETURNED for line in q.lines)
    return q.review("facts_contradict", "lines") if q.is_gated and back else None


def cutoff_not_passed(q: Question) -> Verdict | None:
    """Shipped or arrived goods cannot be cancelled where the status or consent decides."""
    if not q.is_by(CancelActor.REQUEST_WITH_CONSENT, CancelActor.BUYER):
        return None
    back = any(line.fulfilment is FulfilmentState.RETURNED for line in q.lines)
    if q.side is not Side.PAST or back:
        return None
    return q.deny("delivered" if q.received else "shipped", "lines", "shipped_at")


def convenience_is_asked_after_start(q: Question) -> Verdict | None:
    """Once preparation began it is neither a no nor a yes: fault and convenience part ways."""
    if not q.is_by(CancelActor.BY_STATUS) or q.side is not Side.PAST:
        return _stale_start(q)
    if q.received:
        return q.review("received_review", "lines", "reason_class")
    fault = q.request.reason_class is ReasonClass.FAULT
    if q.policy.cancel.reason_class_matters and fault:
        return q.review("started_fault", "lines", "reason_class")
    if AfterCutoff.REFUSE_CONVENIENCE in q.policy.cancel.after_cutoff:
        return q.review("started_convenience", "lines", "reason_class")
    return None


def _stale_start(q: Question) -> Verdict | None:
    """The order says that preparation began, the lines say that it did not."""
    if not q.is_by(CancelActor.BY_STATUS) or q.side is not Side.BEFORE:
        return None
    untouched = all(line.fulfilment is FulfilmentState.NONE for line in q.lines)
    if untouched and q.facts.fulfilment_started_at is not None:
        return q.review("facts_contradict", "lines", "fulfilment_started_at")
    return None
