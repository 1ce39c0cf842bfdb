"""What became of each session: a person, a goal, a return of the buyer."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aftersale.domain.handoffs import Handoff, HandoffReason
from aftersale.domain.measures import CALL_BACK, ChatSession, Judged, Vocabulary, returns
from aftersale.services.measures.numbers import HandedOver
from aftersale.services.ports_measures import Reached, Talk

HELPED = "article_helped"


@dataclass(frozen=True, slots=True)
class Meanings:
    """What responses and commands mean, by the wording and `desk/goals.yml`."""

    vocabulary: Vocabulary
    commands: Mapping[str, str]  # kind of a command -> goal


class Judge:
    """Knows handoffs, goals and buyers of conversations."""

    def __init__(
        self,
        talks: Mapping[str, Talk],
        handoffs: Iterable[Handoff],
        reached: Iterable[Reached],
        meanings: Meanings,
    ) -> None:
        self._talks = talks
        self._handoffs: dict[str, list[Handoff]] = {}
        self._goals: dict[str, list[tuple[datetime, str]]] = {}
        for handoff in handoffs:
            self._handoffs.setdefault(handoff.conversation_id, []).append(handoff)
        for each in reached:
            goal = meanings.commands.get(each.kind) if each.kind else HELPED
            if goal is not None:
                self._goals.setdefault(each.conversation_id, []).append((each.at, goal))

    def judged(
        self, wanted: Sequence[ChatSession], *, among: Collection[ChatSession], now: datetime
    ) -> list[Judged]:
        """Return the wanted sessions with what became of them; `among` all that are known."""
        buyers = {name: talk.buyer for name, talk in self._talks.items()}
        back = returns(among, buyers)
        return [self._judged(each, each in back, now) for each in wanted]

    def _judged(self, session: ChatSession, came_back: bool, now: datetime) -> Judged:
        theirs = list(self._handoffs_in(session))
        talk = self._talks[session.conversation_id]
        is_settled = session.last_at + CALL_BACK <= now
        return Judged(
            session=session,
            storefront=talk.storefront,
            channel=talk.channel,
            handed=bool(theirs) or session.with_agent,
            asked_for=any(each.reason is not HandoffReason.STARTED for each in theirs),
            goals=session.goals.union(self._goals_in(session)),
            called_back=came_back if is_settled else None,
        )

    def _handoffs_in(self, session: ChatSession) -> Iterator[Handoff]:
        for handoff in self._handoffs.get(session.conversation_id, ()):
            # Nobody came for a missed one: it is over the moment it began.
            missed = HandedOver(handoff).missed
            until = handoff.asked_at if missed else handoff.ended_at
            goes_on = until is None or until >= session.began_at
            if handoff.asked_at < session.over_at and goes_on:
                yield handoff

    def _goals_in(self, session: ChatSession) -> Iterator[str]:
        for at, goal in self._goals.get(session.conversation_id, ()):
            if session.began_at <= at < session.over_at:
                yield goal
