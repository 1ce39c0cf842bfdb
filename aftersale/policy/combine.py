"""How verdicts combine, by name."""

from collections.abc import Iterable

from aftersale.policy.decision import Verdict, VerdictOutcome

_RANK = (VerdictOutcome.DENY, VerdictOutcome.REVIEW, VerdictOutcome.ALLOW)
NOTHING_SPOKE = Verdict(rule="nothing_spoke", outcome=VerdictOutcome.REVIEW, code="facts_missing")


def deny_over_review_over_allow(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict that counts: the strictest, and of equals the first.

    No verdict at all means that a person must look: silence never allows anything.
    """
    return min(verdicts, key=lambda v: _RANK.index(v.outcome), default=NOTHING_SPOKE)
