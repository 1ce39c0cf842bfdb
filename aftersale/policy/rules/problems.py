"""Something did not arrive or arrived wrong: whether it is time, and who looks first."""

from datetime import datetime

from aftersale.domain.cases import CaseOwner, IssueType
from aftersale.domain.orders import OrderState
from aftersale.policy.decision import Verdict
from aftersale.policy.question import Question

_LATE = frozenset({IssueType.NOT_RECEIVED, IssueType.DELAY})
_ON_ARRIVAL = frozenset(
    {IssueType.WRONG_ITEM, IssueType.DAMAGED, IssueType.DEFECTIVE, IssueType.MISSING}
)
_ABOUT_GOODS = _LATE | _ON_ARRIVAL
_BY_OWNER = {
    CaseOwner.LEADER: "problem_leader",
    CaseOwner.AGENT: "problem_ticket",
    CaseOwner.PLATFORM: "problem_platform",
}


def issue_is_known(q: Question) -> Verdict | None:
    """Who looks first depends on what is wrong."""
    return q.review("facts_missing", "issue") if q.request.issue is None else None


def goods_are_still_wanted(q: Question) -> Verdict | None:
    """Nothing arrives of a cancelled order; its money is what is left to ask about."""
    over = q.facts.order_state in {OrderState.CANCELLED, OrderState.CANCELLING}
    about_goods = q.request.issue in _ABOUT_GOODS
    return q.deny("problem_cancelled", "order_state", "issue") if over and about_goods else None


def delivery_is_due(q: Question) -> Verdict | None:
    """Before the estimated date nothing is late (R0.12), and what has not left cannot arrive."""
    if q.request.issue not in _LATE or q.received or not q.lines:
        return None
    expected = q.facts.estimated_delivery_at
    if expected is not None and q.now < expected:
        return q.deny("problem_not_due", "estimated_delivery_at", "lines", earliest=expected)
    if expected is None and not q.shipped:
        return q.deny("problem_not_shipped", "estimated_delivery_at", "lines")
    return None


def delay_is_no_loss(q: Question) -> Verdict | None:
    """Inside the grace late goods are a delay (C9), which may be the leader's to look at first."""
    until = grace_ends(q)
    if q.request.issue not in _LATE or q.received or until is None or q.now >= until:
        return None
    names = ("estimated_delivery_at", "lines", "issue")
    if first_line(q, IssueType.DELAY) is CaseOwner.LEADER:
        return q.review("problem_delay_leader", *names, latest=until)
    return q.deny("problem_delay", *names, earliest=until)


def goods_have_left(q: Question) -> Verdict | None:
    """What is still in the warehouse cannot have arrived wrong."""
    if q.request.issue not in _ON_ARRIVAL or not q.lines or q.shipped:
        return None
    return q.deny("problem_not_shipped", "lines", "issue")


def somebody_looks_first(q: Question) -> Verdict | None:
    """The storefront names who looks first at an issue of this kind (C8)."""
    issue = q.request.issue
    if issue is None:
        return None
    owner = first_line(q, IssueType.NOT_RECEIVED if issue in _LATE else issue)
    if owner is None:
        return q.deny("not_stated", "issue")
    if owner is CaseOwner.SELLER:
        return q.deny("problem_seller", "issue", "seller_known", "lines")
    return q.review(_BY_OWNER[owner], "issue", "lines")


def first_line(q: Question, issue: IssueType) -> CaseOwner | None:
    """Return who looks first at an issue."""
    return q.policy.problem.first_line.get(issue, q.policy.problem.otherwise)


def grace_ends(q: Question) -> datetime | None:
    """Return until when late goods are a delay, where the storefront tells the two apart."""
    expected, grace = q.facts.estimated_delivery_at, q.policy.problem.delay_grace
    return None if expected is None or grace is None else expected + grace
