"""The numbers of some days as tiles, series and tables, JSON-ready."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from statistics import fmean
from typing import Any

from aftersale.domain.articles import RatingSubject
from aftersale.services.measures.gathering import Gathered
from aftersale.services.measures.numbers import (
    Facts,
    HandedOver,
    Number,
    is_breached,
    numbers,
    seconds,
)
from aftersale.services.measures.period import Period
from aftersale.services.ports_measures import Asked, Decided, Due

TOP = 15
Table = list[dict[str, Any]]


def report(found: Gathered, period: Period, *, now: datetime) -> dict[str, Any]:
    """Return everything the supervisor's screen shows of these days."""
    return {
        "period": {
            "from": period.first.isoformat(),
            "to": period.last.isoformat(),
            "zone": period.zone.key,
            "at": now.isoformat(),
            "running": found.running,
        },
        "tiles": _plain(numbers(found.facts)),
        "series": series(found.facts, period),
        "tables": tables(found),
    }


def series(facts: Facts, period: Period) -> Table:
    """Return the numbers of each day, a day without anything too."""
    days = facts.by(lambda each: period.day_of(each.at))
    return [
        {"day": day.isoformat(), **_plain(numbers(days.get(day, Facts())))} for day in period.days
    ]


def tables(found: Gathered) -> dict[str, Table]:
    """Return what is listed by kind, the most frequent first."""
    facts = found.facts
    shops = facts.by(attrgetter("storefront"))
    # Ratings and promises are of a storefront; how the buyer writes stands at talks alone.
    talks = Facts(sessions=facts.sessions, handoffs=facts.handoffs).by(attrgetter("channel"))
    return {
        "storefronts": [{"storefront": n, **_plain(numbers(shops[n]))} for n in sorted(shops)],
        "channels": [{"channel": n, **_plain(numbers(talks[n]))} for n in sorted(talks)],
        "intents": _intents(found),
        "reasons": _reasons(facts.handoffs),
        "goals": _goals(facts),
        "outcomes": _outcomes(found.decisions),
        "promises": _promises(facts.promises),
        "ratings": [_rating(subject, facts.ratings) for subject in RatingSubject],
    }


def _plain(found: Mapping[str, Number]) -> dict[str, dict[str, Any]]:
    return {name: plain(number) for name, number in found.items()}


def plain(number: Number) -> dict[str, Any]:
    """Return a number as JSON; times to a tenth of a second."""
    value = number.value
    shown = {"value": value if value is None else round(value, 4), "unit": number.unit.value}
    parts = {} if number.part is None else {"part": number.part}
    return {**shown, **parts, "of": number.whole}


def _intents(found: Gathered) -> Table:
    by_turns = sorted(found.intents.items(), key=lambda item: (-item[1].turns, item[0]))
    return [
        {
            "intent": name,
            "turns": count.turns,
            "confidence": round(count.confidence / count.turns, 4),
            "fallbacks": count.fallbacks,
        }
        for name, count in by_turns[:TOP]
    ]


def _reasons(handoffs: Sequence[HandedOver]) -> Table:
    return [
        {
            "reason": reason,
            "handoffs": len(of_reason),
            "missed": sum(each.missed for each in of_reason),
            "wait": seconds(
                each.taken_at - each.at for each in of_reason if each.taken_at is not None
            ).value,
        }
        for reason, of_reason in _grouped(handoffs, lambda each: each.handoff.reason.value)
    ]


def _goals(facts: Facts) -> Table:
    reached = [goal for each in facts.sessions for goal in each.goals if each.session.engaged]
    return [{"goal": goal, "sessions": len(of)} for goal, of in _grouped(reached, str)]


def _outcomes(decisions: Iterable[Decided]) -> Table:
    times: dict[tuple[str, str], int] = {}
    for each in decisions:
        kind = each.outcome, each.reason_code
        times[kind] = times.get(kind, 0) + each.times
    listed = sorted(times.items(), key=lambda item: (-item[1], item[0]))
    return [
        {"outcome": outcome, "reason": reason, "decisions": count}
        for (outcome, reason), count in listed
    ]


def _promises(promises: Iterable[Due]) -> Table:
    return [
        {
            "promise": code,
            "due": len(of_code),
            "late": sum(is_breached(each) for each in of_code if each.kept_at is not None),
            "open": sum(each.kept_at is None for each in of_code),
        }
        for code, of_code in _grouped(promises, lambda each: each.code)
    ]


def _rating(subject: RatingSubject, ratings: Iterable[Asked]) -> dict[str, Any]:
    theirs = [each.stars for each in ratings if each.subject is subject]
    given = [stars for stars in theirs if stars is not None]
    return {
        "subject": subject.value,
        "asked": len(theirs),
        "answered": len(given),
        "average": round(fmean(given), 2) if given else None,
        "stars": [given.count(stars) for stars in range(1, 6)],
    }


def _grouped(things: Iterable[Any], key: Any) -> list[tuple[str, list[Any]]]:
    groups: dict[str, list[Any]] = {}
    for each in things:
        groups.setdefault(key(each), []).append(each)
    return sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
