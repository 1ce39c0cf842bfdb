"""Why a decision is what it is, and when the answer changes by itself."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from aftersale.policy.decide import decide
from aftersale.policy.decision import Decision
from aftersale.policy.facts import Facts, Request
from aftersale.policy.knobs import Policy
from aftersale.policy.question import plain
from aftersale.policy.rules import ACCESS, COHERENCE, LAUNCH, PRINCIPLES, RULES

_TIMES = ("auth_expires_at", "campaign_ends_at")


def next_change(
    policy: Policy, facts: Facts, request: Request, now: datetime
) -> tuple[datetime, Decision] | None:
    """Return the first time from which the answer is another one, if nothing but time passes."""
    present = decide(policy, facts, request, now)
    for moment in sorted(_boundaries(facts, present, now)):
        later = decide(policy, facts, request, moment)
        if (later.outcome, later.reason_code) != (present.outcome, present.reason_code):
            return moment, later
    return None


def _boundaries(facts: Facts, decision: Decision, now: datetime) -> set[datetime]:
    said = [t for v in decision.verdicts for t in (v.earliest, v.latest)]
    known = [*said, *(getattr(facts, name) for name in _TIMES)]
    aware = {t for t in known if t is not None and t.utcoffset() is not None}
    return {t for t in aware if now.utcoffset() is not None and t > now}


def explanation(policy: Policy, facts: Facts, request: Request, now: datetime) -> Iterator[str]:
    """Yield the lines that a person reads."""
    decision = decide(policy, facts, request, now)
    yield f"{decision.ask} at {decision.storefront}, policy {decision.policy_version}"
    yield f"decision     {decision.outcome} ({decision.reason_code}), by {decision.actor}"
    yield from _rest(decision)
    yield "rules that spoke"
    for verdict in decision.verdicts:
        ids = f"  [{', '.join(verdict.requirements)}]" if verdict.requirements else ""
        yield f"  {verdict.outcome:<7}{verdict.rule}: {verdict.code}{ids}"
    yield f"rules silent {', '.join(_silent(decision))}"
    yield "facts used"
    yield from (f"  {name}: {value}" for name, value in decision.facts.items())
    change = next_change(policy, facts, request, now)
    if change is None:
        yield "changes      not with time alone"
    else:
        moment, later = change
        wait = timedelta(seconds=round((moment - now).total_seconds()))
        when = f"{plain(moment)} (in {wait})"
        yield f"changes      {when}: {later.outcome} ({later.reason_code})"


def _silent(decision: Decision) -> Iterator[str]:
    """The rules of what was asked that had nothing to say, or were not reached."""
    spoke = {verdict.rule for verdict in decision.verdicts}
    first = (*ACCESS, *LAUNCH, *PRINCIPLES.get(decision.ask, ()), *COHERENCE)
    names = [rule.__name__ for rule in (*first, *RULES[decision.ask])]
    yield from (name for name in names if name not in spoke)


def _rest(decision: Decision) -> Iterator[str]:
    yield f"money        {decision.money}"
    if decision.earliest:
        yield f"earliest     {plain(decision.earliest)}"
    if decision.latest:
        yield f"latest       {plain(decision.latest)}"
    if decision.alternatives:
        yield f"also offers  {', '.join(decision.alternatives)}"
    for promise in decision.promises:
        yield f"promises     {promise.code}" + (f" {plain(promise.due_at)}" * bool(promise.due_at))
