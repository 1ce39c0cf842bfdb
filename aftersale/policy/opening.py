"""When people are there: the published hours of a storefront, its holidays, its time zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aftersale.policy.knobs import Hours, Policy

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_AHEAD = 31  # days that are looked through for the next opening


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether it is open; then `until` when, else `opens_at` when, if ever."""

    is_open: bool
    until: datetime | None = None
    opens_at: datetime | None = None


def opening(policy: Policy, now: datetime) -> Opening | None:
    """Return how it stands at `now`; None when the storefront publishes no hours."""
    hours = policy.hours
    if hours is None:
        return None
    public = policy.calendar.holidays if policy.calendar and not hours.through_holidays else ()
    for opens, closes in _spans(hours, frozenset((*hours.holidays, *public)), now):
        if opens <= now < closes:
            return Opening(True, until=closes)
        if now < opens:
            return Opening(False, opens_at=opens)
    return Opening(False)


def _spans(
    hours: Hours, holidays: frozenset[date], now: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the spans of opening from today on, in order."""
    zone = ZoneInfo(hours.timezone)
    today = now.astimezone(zone).date()
    for ahead in range(_AHEAD):
        day = today + timedelta(days=ahead)
        told = hours.week.get(DAYS[day.weekday()])
        if told and day not in holidays:
            opens, _, closes = told.partition("-")
            yield _at(day, opens, zone), _at(day, closes, zone)


def _at(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """Return a time of that day; "24:00" is its end."""
    hour, _, minute = clock.partition(":")
    midnight = datetime.combine(day, time(), zone)
    if int(hour) == 24:
        return midnight + timedelta(days=1)
    return midnight.replace(hour=int(hour), minute=int(minute))
