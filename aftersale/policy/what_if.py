"""What would change a decision: time, a yes, or one fact; each is tried on `decide` itself."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.orders import ReasonClass
from aftersale.domain.payments import PaymentState
from aftersale.policy.codes import REASON_CODES
from aftersale.policy.decide import decide
from aftersale.policy.decision import Ask, Decision, Outcome
from aftersale.policy.explain import next_change
from aftersale.policy.knobs import CancelActor
from aftersale.policy.question import Question

MOST = 4  # changes that are named: the nearest ones
_NO_ANSWER = frozenset({"facts_contradict", "facts_missing"})
_ASKED_FIRST = frozenset({CancelActor.SELLER, CancelActor.REQUEST_WITH_CONSENT})
_MEANS = {
    Outcome.DO_NOW: "it can be done at once",
    Outcome.SEND_REQUEST: "the other party can be asked",
    Outcome.CONTACT_ONLY: "only the other party can do it",
    Outcome.WAIT_UNTIL: "it becomes possible later",
    Outcome.AUTO_AT: "it happens by itself",
    Outcome.REFUSE: "it is refused",
    Outcome.REVIEW: "a person looks at it",
    Outcome.HANDOFF: "a person takes it over",
}
_REASONS = {
    ReasonClass.FAULT: "If something is wrong with it",
    ReasonClass.CONVENIENCE: "If it is simply not wanted",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would give another answer.

    `question` is the changed one, and `decision` what `decide` says to it. `at` is set when time
    alone brings it about.
    """

    code: str
    when: str
    question: Question
    decision: Decision
    at: datetime | None = None

    @property
    def text(self) -> str:
        """The change and what follows, as people at the desk read it."""
        reason = REASON_CODES.get(self.decision.reason_code, self.decision.reason_code)
        return f"{self.when}: {_MEANS[self.decision.outcome]}. {reason}"


def changes(question: Question, *, most: int = MOST) -> tuple[Change, ...]:
    """Return what would give another answer, what can still come about first.

    Each answer is named once, by the nearest way to it.

    Example:
        >>> [change.text for change in changes(question)]
        ['Once the open request is answered or taken back: it can be done at once. The status …']
    """
    present = _decided(question)
    seen, found = {_key(present)}, []
    for change in _possible(question):
        if _key(change.decision) in seen or change.decision.reason_code in _NO_ANSWER:
            continue
        seen.add(_key(change.decision))
        found.append(change)
    return tuple(found[:most])


def _decided(q: Question) -> Decision:
    return decide(q.policy, q.facts, q.request, q.now)


def _key(decision: Decision) -> tuple[Outcome, str]:
    return decision.outcome, decision.reason_code


def _possible(question: Question) -> Iterator[Change]:
    yield from _by_time(question)
    yield from _by_consent(question)
    for code, when, changed in (
        *_to_come(question),
        *_goods_to_come(question),
        *_otherwise(question),
    ):
        if changed != question:
            yield Change(code, when, changed, _decided(changed))


def _by_time(q: Question) -> Iterator[Change]:
    change = next_change(q.policy, q.facts, q.request, q.now)
    if change is not None:
        at, later = change
        yield Change("time", f"From {at:%Y-%m-%d %H:%M %Z} on", replace(q, now=at), later, at)


def _by_consent(q: Question) -> Iterator[Change]:
    """Yield what the yes of a person here, or of the seller, would make possible."""
    by_person = replace(q, policy=replace(q.policy, launch=q.policy.launch.by_person()))
    if by_person != q:
        yield Change("person", "If somebody here does it", by_person, _decided(by_person))
    if q.request.ask is Ask.CANCEL and q.policy.cancel.actor in _ASKED_FIRST:
        # With the seller's yes it is as where the buyer needs nobody's.
        free = replace(q.policy, cancel=replace(q.policy.cancel, actor=CancelActor.BUYER))
        agreed = replace(q, policy=free)
        decision = _decided(agreed)
        if decision.outcome is Outcome.DO_NOW:
            yield Change("seller_agrees", "If the seller agrees", agreed, decision)


def _to_come(q: Question) -> Iterator[tuple[str, str, Question]]:
    """Yield what may still come about."""
    facts = q.facts
    yield (
        "signed_in",
        "If the buyer signs in as the one who ordered",
        _with(q, asking_buyer=facts.order_buyer),
    )
    yield (
        "request_over",
        "Once the open request is answered or taken back",
        _with(q, cancellation_open=False),
    )
    yield "hold_over", "Once the wish to wait is answered", _with(q, hold_open=False)
    yield (
        "paid",
        "Once the payment is settled",
        _with(
            q,
            payment_state=PaymentState.PAID,
            paid_at=facts.paid_at or q.now,
            auth_expires_at=None,
        ),
    )
    if facts.contact_attempts == 0:
        wrote = {"first_contact_at": q.now, "last_contact_at": q.now}
        yield (
            "seller_written",
            "Once the seller was written to",
            _with(q, contact_attempts=1, **wrote),
        )


def _goods_to_come(q: Question) -> Iterator[tuple[str, str, Question]]:
    """Yield where the goods may still go."""
    yield (
        "shipped",
        "Once it has shipped",
        _moved(q, FulfilmentState.SHIPPED, shipped_at=q.facts.shipped_at or q.now),
    )
    yield (
        "arrived",
        "Once it has arrived",
        _moved(
            q,
            FulfilmentState.DELIVERED,
            shipped_at=q.facts.shipped_at or q.now,
            delivered_at=q.now,
            received_at=q.now,
        ),
    )


def _otherwise(q: Question) -> Iterator[tuple[str, str, Question]]:
    """Yield what would have to be otherwise, or is the buyer's to say."""
    for reason, when in _REASONS.items():
        yield f"reason_{reason.value}", when, _wished(q, reason_class=reason)
    if q.request.ask is Ask.RETURN:
        yield "unopened", "If it is unopened", _wished(q, opened=False)
        yield "defective", "If it is defective", _wished(q, defective=True)
        yield "not_as_listed", "If it is not as it was listed", _wished(q, as_listed=False)
    yield "seller_known", "If the seller could be reached", _with(q, seller_known=True)
    yield (
        "not_begun",
        "If nothing had been prepared or shipped",
        _moved(
            q,
            FulfilmentState.NONE,
            shipped_at=None,
            fulfilment_started_at=None,
            delivered_at=None,
            received_at=None,
        ),
    )
    yield (
        "unpaid",
        "If nothing had been paid",
        _with(q, payment_state=PaymentState.AWAITING, paid_at=None, verified_at=None),
    )


def _with(q: Question, **facts: Any) -> Question:
    return replace(q, facts=replace(q.facts, **facts))


def _wished(q: Question, **wish: Any) -> Question:
    return replace(q, request=replace(q.request, **wish))


def _moved(q: Question, to: FulfilmentState, **times: datetime | None) -> Question:
    """Return the question with every open line in one place."""
    lines = tuple(x if x.cancelled else replace(x, fulfilment=to) for x in q.facts.lines)
    return _with(q, lines=lines, **times)
