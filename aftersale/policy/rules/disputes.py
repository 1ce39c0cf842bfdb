"""Whether the platform may step in (R0.17, R4.19), and having a decision reviewed (R3.23)."""

from datetime import datetime

from aftersale.domain.cases import OPEN_CASES, CaseState, CaseType, CaseVerdict, IssueType
from aftersale.domain.payments import PaymentState
from aftersale.policy.business import due_by
from aftersale.policy.decision import Verdict
from aftersale.policy.facts import CaseFacts
from aftersale.policy.problem_knobs import DisputeMode, DisputeTrigger
from aftersale.policy.question import Question

_PAYMENT = frozenset({IssueType.PAYMENT, IssueType.PAYMENT_PROOF})
_PAYMENT_CASES = frozenset({CaseType.PAYMENT_REFUSED, CaseType.PAYMENT_PROOF})
_REFUND_CASES = frozenset({CaseType.REFUND_REQUEST, CaseType.RETURN_REQUEST})
_NOT_GRANTED = frozenset({CaseVerdict.DECLINED, CaseVerdict.PARTLY})


def platform_stays_out(q: Question) -> Verdict | None:
    """Where the contract is between buyer and seller alone, nothing changes that (R0.17)."""
    never = q.policy.dispute.mode is DisputeMode.NEVER
    return q.deny("dispute_never", "seller_known", "lines", "issue") if never else None


def storefront_says_something(q: Question) -> Verdict | None:
    """Where the storefront is silent nobody else's rule is borrowed."""
    silent = q.policy.dispute.mode is DisputeMode.UNSPECIFIED
    return q.deny("not_stated") if silent else None


def review_takes_its_place(q: Question) -> Verdict | None:
    """Some have a decision reviewed by a different person instead."""
    instead = q.policy.dispute.mode is DisputeMode.REVIEW_ON_REQUEST
    return q.deny("dispute_review_instead", "case") if instead else None


def a_trigger_is_met(q: Question) -> Verdict | None:
    """The first line has the matter until one of the stated triggers is met (R4.19)."""
    if q.policy.dispute.mode is not DisputeMode.CONDITIONAL:
        return None
    case = q.facts.case
    if case is not None and case.stepped_in_at is not None:
        return q.deny("dispute_already", "case")
    met = _payment_exception(q) or _refund_dispute(q) or _long_unresolved(q)
    if met:
        return q.review("dispute_may", "case", "issue", "payment_state")
    if case is None or case.state not in OPEN_CASES:
        return q.deny("dispute_no_case", "case")
    return q.deny("dispute_not_yet", "case", "issue", earliest=unresolved_at(q))


def unresolved_at(q: Question) -> datetime | None:
    """Return from when the case counts as long unresolved."""
    case, after = q.facts.case, q.policy.dispute.unresolved_after
    if case is None or after is None:
        return None
    return due_by(q.policy, case.opened_at, after)


def _long_unresolved(q: Question) -> bool:
    case, from_then = q.facts.case, unresolved_at(q)
    is_open = case is not None and case.state in OPEN_CASES
    return (
        DisputeTrigger.LONG_UNRESOLVED in q.policy.dispute.triggers
        and is_open
        and from_then is not None
        and q.now >= from_then
    )


def _payment_exception(q: Question) -> bool:
    case = q.facts.case
    about = case is not None and (case.type in _PAYMENT_CASES or case.issue in _PAYMENT)
    here = q.request.issue is IssueType.PAYMENT or q.facts.payment_state is PaymentState.FAILED
    return DisputeTrigger.PAYMENT_EXCEPTION in q.policy.dispute.triggers and (about or here)


def _refund_dispute(q: Question) -> bool:
    """A refund that was asked for and not granted is disputed by whoever asks again."""
    case = q.facts.case
    if DisputeTrigger.REFUND_DISPUTE not in q.policy.dispute.triggers or case is None:
        return False
    about = case.type in _REFUND_CASES or case.issue is IssueType.REFUND
    return about and case.verdict in _NOT_GRANTED


def a_decision_can_be_reviewed(q: Question) -> Verdict:
    """A decision is reviewed once, by a different person, where the storefront has that."""
    case, mode = q.facts.case, q.policy.dispute.mode
    if mode is DisputeMode.UNSPECIFIED:
        return q.deny("not_stated", "case")
    if mode is not DisputeMode.REVIEW_ON_REQUEST:
        return q.deny("escalate_not_offered", "case")
    if case is None or not _is_decided(case):
        return q.deny("escalate_not_decided", "case")
    if case.escalated_at is not None or case.state is CaseState.ESCALATED:
        return q.deny("escalate_already", "case")
    if case.state is not CaseState.DECIDED:
        return q.deny("escalate_closed", "case")
    return q.allow("escalate_possible", "case")


def _is_decided(case: CaseFacts) -> bool:
    return case.verdict is not None or case.state in {CaseState.DECIDED, CaseState.ESCALATED}
