"""Every number of the desk from its facts; the same functions count a day, a storefront or all."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from aftersale.domain.articles import RatingSubject
from aftersale.domain.handoffs import Handoff, HandoffEnd, HandoffReason, HandoffState
from aftersale.domain.measures import Judged
from aftersale.services.ports_measures import Asked, Due

REOPEN = timedelta(hours=72)  # who needs a person again within it was not done with
SATISFIED = 4  # stars from which on a rating counts as satisfied
UNASKED = frozenset({HandoffReason.TAKEN_OVER, HandoffReason.STARTED})  # nobody waited
Key = TypeVar("Key", bound=Hashable)


class Unit(StrEnum):
    """What a value is in."""

    COUNT = "count"
    SHARE = "share"  # 0 to 1
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Number:
    """A value with what it was made of; None where there was nothing to count.

    A share is `part` of `whole`; seconds are the median (or the named percentile) of `whole`.
    """

    value: float | None
    unit: Unit
    whole: int
    part: int | None = None


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A handoff; `reopened` is None while it cannot be known, or where nothing was to end."""

    handoff: Handoff
    reopened: bool | None = None

    @property
    def at(self) -> datetime:
        """The moment it counts for."""
        return self.handoff.asked_at

    @property
    def storefront(self) -> str:
        """Where."""
        return self.handoff.storefront

    @property
    def channel(self) -> str:
        """By which way the buyer writes."""
        return self.handoff.channel

    @property
    def taken_at(self) -> datetime | None:
        """When somebody came first: a later claim, after it was passed on, is another's."""
        known = (self.handoff.claimed_at, self.handoff.first_answer_at)
        return min((at for at in known if at is not None), default=None)

    @property
    def given_up(self) -> bool:
        """Whether the buyer left before anybody came."""
        return self.handoff.ended_as is HandoffEnd.LEFT and self.taken_at is None

    @property
    def missed(self) -> bool:
        """Whether nobody came, also when the buyer asked once more later."""
        asked_again = self.handoff.ended_as is HandoffEnd.ASKED_AGAIN
        return asked_again or self.handoff.state is HandoffState.MISSED


@dataclass(frozen=True, slots=True)
class Facts:
    """What is counted, each thing in the period by its own moment."""

    sessions: Sequence[Judged] = ()
    handoffs: Sequence[HandedOver] = ()
    ratings: Sequence[Asked] = ()
    promises: Sequence[Due] = ()

    def by(self, key: Callable[[Judged | HandedOver | Asked | Due], Key]) -> "dict[Key, Facts]":
        """Return the facts of each group."""
        groups: defaultdict[Key, _Group] = defaultdict(_Group)
        for session in self.sessions:
            groups[key(session)].sessions.append(session)
        for handoff in self.handoffs:
            groups[key(handoff)].handoffs.append(handoff)
        for rating in self.ratings:
            groups[key(rating)].ratings.append(rating)
        for promise in self.promises:
            groups[key(promise)].promises.append(promise)
        return {
            name: Facts(group.sessions, group.handoffs, group.ratings, group.promises)
            for name, group in groups.items()
        }


@dataclass(slots=True)
class _Group:
    sessions: list[Judged] = field(default_factory=list)
    handoffs: list[HandedOver] = field(default_factory=list)
    ratings: list[Asked] = field(default_factory=list)
    promises: list[Due] = field(default_factory=list)


def numbers(facts: Facts) -> dict[str, Number]:
    """Return every number of docs/measures.md, by its name there."""
    return {
        **_of_sessions([each for each in facts.sessions if each.session.engaged]),
        **_of_turns(facts.sessions),
        **_of_handoffs(facts.handoffs),
        **dict(_of_ratings(facts.ratings)),
        "promises_breached": share(map(is_breached, facts.promises)),
    }


def _of_sessions(engaged: Sequence[Judged]) -> Mapping[str, Number]:
    settled = [each for each in engaged if each.called_back is not None]
    return {
        "sessions": Number(len(engaged), Unit.COUNT, len(engaged)),
        "contained": share(each.contained for each in engaged),
        "contained_for_good": share(each.contained and not each.called_back for each in settled),
        "resolved": share(bool(each.goals) for each in engaged),
        "handed_over": share(each.asked_for for each in engaged),
        "left_after_failure": share(
            each.session.ends_missed and not each.handed for each in engaged
        ),
        "abandoned": share(each.session.ends_asking for each in engaged),
    }


def _of_turns(judged: Iterable[Judged]) -> Mapping[str, Number]:
    found = [each.session for each in judged]
    turns = sum(each.turns for each in found)
    answers = [each.answered_after for each in found if each.answered_after is not None]
    return {
        "coverage": _share(sum(each.covered for each in found), turns),
        "fallback": _share(sum(each.fallbacks for each in found), turns),
        "failure": _share(sum(each.failures for each in found), turns),
        "bot_first_response": seconds(answers),
    }


def _of_handoffs(found: Sequence[HandedOver]) -> Mapping[str, Number]:
    queued = [each for each in found if each.handoff.reason not in UNASKED]
    waits = list(_between((each.at, each.taken_at) for each in queued))
    answers = _between((each.at, each.handoff.first_answer_at) for each in queued)
    lengths = _between((each.taken_at, each.handoff.ended_at) for each in found)
    return {
        "handoffs": Number(len(found), Unit.COUNT, len(found)),
        "missed": share(each.missed for each in queued),
        "left_queue": share(each.given_up for each in queued),
        "queue_wait": seconds(waits),
        "queue_wait_90": seconds(waits, percent=90),
        "first_response": seconds(answers),
        "handle_time": seconds(lengths),
        "reopened": share(each.reopened for each in found if each.reopened is not None),
    }


def _of_ratings(found: Sequence[Asked]) -> Iterator[tuple[str, Number]]:
    for subject in RatingSubject:
        theirs = [each.stars for each in found if each.subject is subject]
        given = [stars for stars in theirs if stars is not None]
        yield f"csat_{subject}", share(stars >= SATISFIED for stars in given)
        yield f"csat_{subject}_answered", _share(len(given), len(theirs))


def is_breached(promise: Due) -> bool:
    """Whether it was kept late, or not at all."""
    return promise.kept_at is None or promise.kept_at > promise.at


def reopened(found: Collection[Handoff], now: datetime) -> list[HandedOver]:
    """Return handoffs with whether the conversation needed a person again within `REOPEN`."""
    asked: dict[str, list[datetime]] = {}
    for each in found:
        asked.setdefault(each.conversation_id, []).append(each.asked_at)
    return [HandedOver(each, _again(each, asked[each.conversation_id], now)) for each in found]


def _again(handoff: Handoff, asked: Iterable[datetime], now: datetime) -> bool | None:
    ended = handoff.ended_at
    if ended is None or handoff.claimed_at is None or ended + REOPEN > now:
        return None
    return any(ended <= at < ended + REOPEN for at in asked if at > handoff.asked_at)


def share(each: Iterable[bool | None]) -> Number:
    """Return how large a part of them is true."""
    told = list(each)
    return _share(sum(map(bool, told)), len(told))


def _share(part: int, whole: int) -> Number:
    return Number(part / whole if whole else None, Unit.SHARE, whole, part)


def seconds(times: Iterable[timedelta], *, percent: int = 50) -> Number:
    """Return the nearest-rank percentile: a time that really occurred."""
    found = sorted(each.total_seconds() for each in times)
    rank = -(-len(found) * percent // 100) - 1
    return Number(found[rank] if found else None, Unit.SECONDS, len(found))


def _between(
    times: Iterable[tuple[datetime | None, datetime | None]],
) -> Iterator[timedelta]:
    return (end - begin for begin, end in times if begin is not None and end is not None)
