"""The days that numbers are asked for, in the time zone of whoever asks."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aftersale.errors import PeriodInvalid

DAY = timedelta(days=1)
LONGEST = 366  # days


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included."""

    first: date
    last: date
    zone: ZoneInfo

    @classmethod
    def of(
        cls,
        first: str | None,
        last: str | None,
        *,
        today: date,
        zone: ZoneInfo,
        days: str | None = None,
    ) -> "Period":
        """Return the period of two ISO dates; without the first so many days up to the last.

        Raises:
            PeriodInvalid: they are no dates, the wrong way round, or too far apart.
        """
        try:
            to = date.fromisoformat(last) if last else today
            since = date.fromisoformat(first) if first else to - (int(days or 7) - 1) * DAY
        except (ValueError, OverflowError) as wrong:
            raise PeriodInvalid("A day is written as 2026-11-22, days as a number.") from wrong
        in_time = date(2000, 1, 1) <= since <= to <= today + LONGEST * DAY
        if not in_time or to - since >= LONGEST * DAY:
            raise PeriodInvalid(f"The first day comes first, and {LONGEST} days are the most.")
        return cls(since, to, zone)

    @property
    def begins(self) -> datetime:
        """The first moment."""
        return datetime.combine(self.first, time(), self.zone)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + DAY, time(), self.zone)

    @property
    def days(self) -> list[date]:
        """Every day of it."""
        return [self.first + n * DAY for n in range((self.last - self.first).days + 1)]

    def day_of(self, at: datetime) -> date:
        """Return the day of a moment."""
        return at.astimezone(self.zone).date()
