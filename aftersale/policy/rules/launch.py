"""Launch controls: what is not live yet is a person's to do, and read-only changes nothing."""

from aftersale.policy.decision import Ask, Outcome, Verdict
from aftersale.policy.problem_knobs import LaunchMode
from aftersale.policy.question import Question

_ACTS = frozenset({Outcome.DO_NOW, Outcome.SEND_REQUEST})
_CODES = {LaunchMode.APPROVE: "launch_approve", LaunchMode.OFF: "launch_off"}


def nothing_may_change(q: Question) -> Verdict | None:
    """While the storefront is read-only nothing is done, sent or asked for, whatever is wanted."""
    return q.deny("read_only") if q.policy.launch.read_only else None


def withheld(q: Question, outcome: Outcome) -> Verdict | None:
    """Return the verdict that takes the place of one whose act is not live, if it is not."""
    asks = {q.request.ask} if outcome in _ACTS else set()
    if outcome is Outcome.CONTACT_ONLY:
        asks = {q.request.ask, Ask.CONTACT_SELLER}
    modes = {q.policy.launch.mode(ask) for ask in asks}
    for mode, code in ((m, _CODES[m]) for m in (LaunchMode.OFF, LaunchMode.APPROVE)):
        if mode in modes and q.request.ask is not Ask.UNDO_CANCEL:
            return q.review(code)
    return None
