"""A decision as people at the desk read it: rules, facts, version, and what would change it."""

from datetime import datetime
from typing import Any

from aftersale.policy.codes import REASON_CODES
from aftersale.policy.explain import next_change
from aftersale.services.deciding import Judgement


def decision_shown(judgement: Judgement, now: datetime) -> dict[str, Any]:
    """Return the decision as JSON."""
    decision = judgement.decision
    return {
        "ask": decision.ask.value,
        "outcome": decision.outcome.value,
        "reason_code": decision.reason_code,
        "reason": REASON_CODES[decision.reason_code],
        "actor": decision.actor,
        "earliest": _iso(decision.earliest),
        "latest": _iso(decision.latest),
        "rules": [
            {
                "name": verdict.rule,
                "verdict": verdict.outcome.value,
                "code": verdict.code,
                "requirements": list(verdict.requirements),
                "facts": verdict.facts,
            }
            for verdict in decision.verdicts
        ],
        "facts": decision.facts,
        "policy_version": decision.policy_version,
        "alternatives": [each.value for each in decision.alternatives],
        "changes": _changes(judgement, now),
    }


def _changes(judgement: Judgement, now: datetime) -> dict[str, Any] | None:
    """Return from when the answer is another one, if nothing but time passes."""
    if judgement.facts is None:
        return None
    request = judgement.wish.request(judgement.decision.ask)
    change = next_change(judgement.policy, judgement.facts, request, now)
    if change is None:
        return None
    at, later = change
    return {"at": at.isoformat(), "outcome": later.outcome.value, "reason_code": later.reason_code}


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
