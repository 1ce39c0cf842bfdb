"""Reads the facts of a period, as far as they are known by now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aftersale.domain.measures import CALL_BACK, GAP, Line, Reader, sessions
from aftersale.services.measures.judging import Judge, Meanings
from aftersale.services.measures.numbers import REOPEN, Facts, reopened
from aftersale.services.measures.period import Period
from aftersale.services.ports_measures import Decided, Measures, Span

AFTER = CALL_BACK + timedelta(days=1)  # past the last session of the period, however long it is


@dataclass(slots=True)
class IntentCount:
    """How often messages were read so, how surely, and how often that was no use."""

    turns: int = 0
    confidence: float = 0.0  # the sum
    fallbacks: int = 0


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts of a period; `running` sessions are not over yet and count for nothing."""

    facts: Facts
    running: int
    intents: Mapping[str, IntentCount]
    decisions: Sequence[Decided]


def gather(
    store: Measures,
    meanings: Meanings,
    period: Period,
    shops: tuple[str, ...],
    *,
    now: datetime,
) -> Gathered:
    """Return what happened in the period at these storefronts."""
    wide = Span(period.begins - GAP, period.ends + AFTER, shops)
    exact = Span(period.begins, period.ends, shops)
    talks = store.talks(wide)
    lines = [line for line in store.lines(wide) if line.conversation_id in talks]
    read = Reader(meanings.vocabulary)
    found = list(sessions(lines, read))
    wished = store.handoffs(Span(wide.begins, period.ends + REOPEN, shops))
    judge = Judge(talks, wished, store.reached(wide), meanings)
    of_period = [each for each in found if exact.begins <= each.began_at < exact.ends]
    over = [each for each in of_period if each.over_at <= now]
    facts = Facts(
        sessions=judge.judged(over, among=found, now=now),
        handoffs=[h for h in reopened(wished, now) if exact.begins <= h.at < exact.ends],
        ratings=store.ratings(exact),
        promises=[each for each in store.promises(exact) if each.at <= now],
    )
    of_exact = [line for line in lines if exact.begins <= line.at < exact.ends]
    return Gathered(
        facts=facts,
        running=sum(each.engaged and each.over_at > now for each in of_period),
        intents=intents(of_exact, read),
        decisions=store.decisions(exact),
    )


def intents(lines: Sequence[Line], read: Reader) -> dict[str, IntentCount]:
    """Count how the messages were read."""
    counted: dict[str, IntentCount] = {}
    for line in lines:
        turn = read(line)
        if turn is None or line.intent is None:
            continue
        if line.intent not in counted:
            counted[line.intent] = IntentCount()
        count = counted[line.intent]
        count.turns += 1
        count.confidence += line.confidence or 0.0
        count.fallbacks += turn.fallback
    return counted
