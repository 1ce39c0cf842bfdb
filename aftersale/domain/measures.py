"""The numbers people argue about, as pure calculations; docs/measures.md explains each.

Everything about the bot is counted in sessions: the turns of one conversation with less than
half an hour between them.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

GAP = timedelta(minutes=30)  # a pause that long begins another session
CALL_BACK = timedelta(hours=24)  # who comes back within it was not helped for good
NOT_READ = frozenset({"nlu_fallback", "out_of_scope"})  # intents that stand for none


class Line(NamedTuple):
    """One message of a buyer or an agent; a buyer's carries what the bot made of it."""

    conversation_id: str
    seq: int
    at: datetime
    is_agent: bool = False
    intent: str | None = None
    confidence: float | None = None
    said: str | None = None  # names of the responses of the answer, divided by spaces
    answered_at: datetime | None = None
    failed: bool = False  # no answer came of the engine


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What names of responses mean: which ask, which admit a miss, which reach a goal."""

    questions: frozenset[str]
    misses: frozenset[str]
    troubles: frozenset[str]
    goals: Mapping[str, str]  # response -> goal


class TurnRead(NamedTuple):
    """How the bot did with one message."""

    failed: bool
    fallback: bool
    covered: bool  # read with confidence, and answered
    asks: bool
    goals: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)  # each is itself: a month has tens of thousands
class ChatSession:
    """One session. Counts are of the buyer's messages; what the bot had no part in is no turn."""

    conversation_id: str
    began_at: datetime
    last_at: datetime
    messages: int = 0  # of the buyer
    turns: int = 0
    covered: int = 0
    fallbacks: int = 0
    failures: int = 0
    ends_missed: bool = False  # the bot failed at the last message
    ends_asking: bool = False  # the bot asked last, and nobody answered
    with_agent: bool = False
    answered_after: timedelta | None = None  # the bot's first answer
    goals: frozenset[str] = frozenset()

    @property
    def engaged(self) -> bool:
        """Whether the buyer wrote at all."""
        return self.messages > 0

    @property
    def over_at(self) -> datetime:
        """When nothing can belong to it any more."""
        return self.last_at + GAP


class Reader:
    """Tells how the bot did with a message. Few answers differ, so each is looked at once."""

    def __init__(self, words: Vocabulary) -> None:
        self._words = words
        self._known: dict[tuple[str | None, str | None, bool], TurnRead | None] = {}

    def __call__(self, line: Line) -> TurnRead | None:
        """Return how it did; None when the message was not the bot's to answer."""
        if line.is_agent:
            return None
        kind = line.intent, line.said, line.failed
        if kind not in self._known:
            self._known[kind] = _read(line, self._words)
        return self._known[kind]


def _read(line: Line, words: Vocabulary) -> TurnRead | None:
    if line.intent is None and not line.failed:
        return None
    said: Sequence[str] = line.said.split() if line.said else ()
    failed = line.failed or not words.troubles.isdisjoint(said)
    fallback = not failed and not words.misses.isdisjoint(said)
    return TurnRead(
        failed=failed,
        fallback=fallback,
        covered=not failed and not fallback and line.intent not in NOT_READ,
        asks=bool(said) and said[-1] in words.questions,
        goals=frozenset(words.goals[name] for name in said if name in words.goals),
    )


def sessions(lines: Iterable[Line], read: Reader) -> Iterator[ChatSession]:
    """Cut lines into sessions; they come by conversation and inside it in their order."""
    for _, said in groupby(lines, key=attrgetter("conversation_id")):
        for run in _runs(said):
            yield _session(run, read)


def _runs(lines: Iterable[Line]) -> Iterator[list[Line]]:
    run: list[Line] = []
    for line in lines:
        if run and line.at - run[-1].at >= GAP:
            yield run
            run = []
        run.append(line)
    yield run


def _session(run: Sequence[Line], read: Reader) -> ChatSession:
    by_buyer = [line for line in run if not line.is_agent]
    turns = [turn for line in by_buyer if (turn := read(line))]
    last = read(run[-1])
    return ChatSession(
        conversation_id=run[0].conversation_id,
        began_at=run[0].at,
        last_at=run[-1].at,
        messages=len(by_buyer),
        turns=len(turns),
        covered=sum(turn.covered for turn in turns),
        fallbacks=sum(turn.fallback for turn in turns),
        failures=sum(turn.failed for turn in turns),
        ends_missed=last is not None and (last.failed or last.fallback),
        ends_asking=last is not None and last.asks,
        with_agent=len(by_buyer) < len(run),
        answered_after=_first_answer(by_buyer),
        goals=frozenset(goal for turn in turns for goal in turn.goals),
    )


def _first_answer(by_buyer: Sequence[Line]) -> timedelta | None:
    first = by_buyer[0] if by_buyer else None
    if first is None or first.answered_at is None or not first.said:
        return None
    return first.answered_at - first.at


@dataclass(frozen=True, slots=True)
class Judged:
    """A session with what is known from beside the log.

    `handed`: a person was wanted, or came; `asked_for` the same, but for talks an agent began.
    `called_back` is None while the time in which the buyer may come back is not over.
    """

    session: ChatSession
    storefront: str
    channel: str
    handed: bool
    asked_for: bool
    goals: frozenset[str]
    called_back: bool | None

    @property
    def at(self) -> datetime:
        """When it began; the day it counts for."""
        return self.session.began_at

    @property
    def contained(self) -> bool:
        """Whether the bot was enough: no person, and not left after the bot had failed."""
        return not self.handed and self.session.messages > 0 and not self.session.ends_missed


def returns(found: Collection[ChatSession], buyers: Mapping[str, str]) -> set[ChatSession]:
    """Return the sessions after which the same buyer came back within `CALL_BACK`.

    `buyers` names who is behind a conversation; without a name it is a buyer of its own.
    """
    by_buyer: dict[str, list[ChatSession]] = {}
    for each in found:
        if each.engaged:
            buyer = buyers.get(each.conversation_id, each.conversation_id)
            by_buyer.setdefault(buyer, []).append(each)
    return {each for theirs in by_buyer.values() for each in _followed(theirs)}


def _followed(theirs: Sequence[ChatSession]) -> Iterator[ChatSession]:
    begins = sorted(each.began_at for each in theirs)
    for each in theirs:
        # Talks of one buyer may overlap: only what begins after this one's end is a return.
        then = bisect_right(begins, each.last_at)
        if then < len(begins) and begins[then] - each.last_at < CALL_BACK:
            yield each
