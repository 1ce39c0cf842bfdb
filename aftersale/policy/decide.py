"""The one function that decides. Pure and total: what is unknown or contradictory means review."""

from dataclasses import replace
from datetime import datetime

from aftersale.policy.answers import answer
from aftersale.policy.combine import deny_over_review_over_allow
from aftersale.policy.decision import Decision, Verdict, VerdictOutcome
from aftersale.policy.facts import Facts, Request
from aftersale.policy.knobs import Policy
from aftersale.policy.question import Question, Rule
from aftersale.policy.rules import ACCESS, COHERENCE, LAUNCH, PRINCIPLES, RULES
from aftersale.policy.rules.launch import withheld


def decide(policy: Policy, facts: Facts, request: Request, now: datetime) -> Decision:
    """Return what the storefront's rules say to this wish, now.

    Every rule of a stage runs. Somebody who may not look at the order gets an answer that holds no
    fact of it; contradictory facts end in review whatever the other rules would say.

    Example:
        >>> decision = decide(policy, facts, Request(Ask.CANCEL), now)
        >>> decision.outcome, decision.reason_code
        (<Outcome.WAIT_UNTIL: 'wait_until'>, 'card_gate')
    """
    question = Question(policy, facts, request, now)
    verdicts: tuple[Verdict, ...] = ()
    for stage in (ACCESS, LAUNCH, PRINCIPLES.get(request.ask, ()), COHERENCE):
        verdicts = run(stage, question)
        if verdicts:
            return answer(question, deny_over_review_over_allow(verdicts), verdicts)
    verdicts = run(RULES[request.ask], question)
    decision = answer(question, deny_over_review_over_allow(verdicts), verdicts)
    held = withheld(question, decision.outcome)
    if held is None:
        return decision
    held = replace(held, rule=withheld.__name__)
    return answer(question, held, (held, *verdicts))


def run(rules: tuple[Rule, ...], question: Question) -> tuple[Verdict, ...]:
    """Run every rule and return what those that speak say, each signed with its rule's name."""
    said = ((rule.__name__, _hear(rule, question)) for rule in rules)
    return tuple(replace(verdict, rule=name) for name, verdict in said if verdict is not None)


def _hear(rule: Rule, question: Question) -> Verdict | None:
    try:
        return rule(question)
    except Exception:  # noqa: BLE001  a broken rule must never loosen or lose an answer: review
        return Verdict(rule="", outcome=VerdictOutcome.REVIEW, code="facts_contradict")
