"""What a rule is given: policy, facts, wish and time, with the readings that many rules share."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any

from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.money import Money
from aftersale.domain.parties import RestockingFee
from aftersale.domain.payments import PaymentState
from aftersale.policy.decision import Verdict, VerdictOutcome
from aftersale.policy.facts import CaseFacts, Facts, LineFacts, Request
from aftersale.policy.knobs import CancelActor, Cutoff, Partial, Policy

_F = FulfilmentState
_PROGRESS = {
    _F.NONE: 0,
    _F.PREPARING: 1,
    _F.PICKUP_ARRANGED: 1,
    _F.SHIPPED: 2,
    _F.LOST: 2,
    _F.DELIVERED: 3,
    _F.PICKED_UP: 3,
    _F.RETURNED: 3,
}
_CUTOFF = {Cutoff.PLACED: 0, Cutoff.PREPARATION: 1, Cutoff.SHIPPED: 2, Cutoff.DELIVERED: 3}
_RECEIVED = _PROGRESS[_F.DELIVERED]
_LEFT = _PROGRESS[_F.SHIPPED]
_WISHED = frozenset(field.name for field in fields(Request)) - {"ask"}
_OF_CASE = ("state", "owner", "type", "opened_at", "verdict")
CHARGED = frozenset({PaymentState.PAID, PaymentState.VERIFYING})


class Side(Enum):
    """Where the lines stand, as seen from the cut-off."""

    BEFORE = "before"
    PAST = "past"
    BOTH = "both"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Question:
    """May this be done now?"""

    policy: Policy
    facts: Facts
    request: Request
    now: datetime

    @property
    def lines(self) -> tuple[LineFacts, ...]:
        """The open lines the wish is about; all of them when it names none."""
        wanted = set(self.request.line_ids) or {line.line_id for line in self.facts.lines}
        return tuple(x for x in self.facts.lines if x.line_id in wanted and not x.cancelled)

    @property
    def side(self) -> Side:
        """On which side of the storefront's cut-off the lines stand, each for itself."""
        states = [line.fulfilment for line in self.lines]
        cutoff = self.policy.cancel.cutoff
        if not states or None in states or cutoff is None:
            return Side.UNKNOWN
        past = {_PROGRESS[state] >= _CUTOFF[cutoff] for state in states if state is not None}
        if past == {True, False}:
            as_past = self.policy.cancel.partial is Partial.AS_PAST
            return Side.PAST if as_past else Side.BOTH
        return Side.PAST if True in past else Side.BEFORE

    @property
    def received(self) -> bool:
        """Whether every line has arrived or was picked up."""
        states = [line.fulfilment for line in self.lines]
        return bool(states) and all(s is not None and _PROGRESS[s] >= _RECEIVED for s in states)

    @property
    def arrived(self) -> bool:
        """Whether any line has arrived or was picked up."""
        states = [line.fulfilment for line in self.lines]
        return any(s is not None and _PROGRESS[s] >= _RECEIVED for s in states)

    @property
    def shipped(self) -> bool:
        """Whether any line has left."""
        states = [line.fulfilment for line in self.lines]
        return any(s is not None and _PROGRESS[s] >= _LEFT for s in states)

    def is_by(self, *actors: CancelActor) -> bool:
        """Whether cancelling is up to one of these."""
        return self.policy.cancel.actor in actors

    @property
    def is_gated(self) -> bool:
        """Whether the storefront leaves cancelling to states and requests, so that they matter."""
        return not self.is_by(CancelActor.SELLER, CancelActor.UNSPECIFIED)

    def allow(self, code: str, *facts: str, latest: datetime | None = None) -> Verdict:
        """Say yes with the names of the facts it rests on."""
        return self._say(VerdictOutcome.ALLOW, code, facts, latest=latest)

    def review(self, code: str, *facts: str, latest: datetime | None = None) -> Verdict:
        """Say that a person must look."""
        return self._say(VerdictOutcome.REVIEW, code, facts, latest=latest)

    def deny(
        self,
        code: str,
        *facts: str,
        earliest: datetime | None = None,
        latest: datetime | None = None,
    ) -> Verdict:
        """Say no: it is not the assistant's to do, or not now."""
        return self._say(VerdictOutcome.DENY, code, facts, earliest=earliest, latest=latest)

    def _say(
        self,
        outcome: VerdictOutcome,
        code: str,
        facts: tuple[str, ...],
        *,
        earliest: datetime | None = None,
        latest: datetime | None = None,
    ) -> Verdict:
        return Verdict(
            rule="",  # the one who runs the rule signs it with the rule's name
            outcome=outcome,
            code=code,
            requirements=tuple(self.policy.requirements.get(code, ())),
            facts={name: self._plain(name) for name in facts},
            earliest=earliest,
            latest=latest,
        )

    def _plain(self, name: str) -> Any:
        if name == "return_class":
            return [line.return_class.value for line in self.lines]
        if name in _WISHED:
            return plain(getattr(self.request, name))
        return plain(getattr(self.facts, name))


Rule = Callable[[Question], Verdict | None]


def plain(value: Any) -> Any:
    """Return a fact as JSON can hold it."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, RestockingFee):
        return {"percent": _text(value.percent), "flat": plain(value.flat)}
    if isinstance(value, Money):
        return {"minor": value.minor, "currency": value.currency}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, CaseFacts):
        return {name: plain(getattr(value, name)) for name in _OF_CASE}
    if isinstance(value, LineFacts):
        where = plain(value.fulfilment)
        return {"line_id": value.line_id, "fulfilment": where, "cancelled": value.cancelled}
    return value


def _text(value: object | None) -> str | None:
    return None if value is None else str(value)
