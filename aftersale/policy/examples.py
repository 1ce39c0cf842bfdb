"""Worked examples: the cases a policy file carries with it, and what each must come out as."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aftersale.policy.decide import decide
from aftersale.policy.decision import Decision
from aftersale.policy.facts import Facts, Request
from aftersale.policy.knobs import Policy
from aftersale.policy.question import plain

EXAMPLE_NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)
# What an example need not say: a card paid two days ago, nothing shipped, asked by its buyer.
EXAMPLE_FACTS: Mapping[str, Any] = {
    "order_number": "EXAMPLE-1",
    "order_buyer": "the-buyer",
    "asking_buyer": "the-buyer",
    "order_state": "open",
    "order_kind": "normal",
    "payment_method": "card",
    "payment_state": "paid",
    "lines": ["none"],
    "placed_at": "-5d",
    "paid_at": "-2d",
}
EXPECTABLE = frozenset(
    {
        "outcome",
        "code",
        "actor",
        "earliest",
        "latest",
        "alternatives",
        "promises",
        "money",
        "facts",
    }
)


@dataclass(frozen=True, slots=True)
class Example:
    """One case: what is known, what is wanted, what must come out (a subset of `EXPECTABLE`)."""

    name: str
    facts: Facts
    request: Request
    expect: Mapping[str, Any]


def differences(policy: Policy, example: Example) -> Iterator[str]:
    """Yield what comes out otherwise than the example says."""
    decision = decide(policy, example.facts, example.request, EXAMPLE_NOW)
    outcome = shown(decision)
    for name, wanted in example.expect.items():
        if outcome[name] != plain(wanted):
            yield f"{name} should be {plain(wanted)!r}, is {outcome[name]!r}"


def shown(decision: Decision) -> dict[str, Any]:
    """Return the part of a decision that examples speak of, as JSON can hold it."""
    return {
        "outcome": decision.outcome.value,
        "code": decision.reason_code,
        "actor": decision.actor,
        "earliest": plain(decision.earliest),
        "latest": plain(decision.latest),
        "alternatives": [step.value for step in decision.alternatives],
        "promises": [promise.code for promise in decision.promises],
        "money": decision.money.value,
        "facts": decision.facts,
    }
