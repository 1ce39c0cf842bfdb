"""Business days: which days count, and when a limit of the policy is over."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from aftersale.policy.knobs import Policy, WorkCalendar
from aftersale.policy.limits import Calendar, Limit

_DAY = timedelta(days=1)
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """The working days of one place; only time on them passes."""

    zone: ZoneInfo
    weekdays: frozenset[int]
    holidays: frozenset[date]

    @classmethod
    def of(cls, calendar: WorkCalendar) -> "BusinessDays":
        """Return the days of a storefront's calendar."""
        weekdays = frozenset(_WEEK.index(day) for day in calendar.days)
        return cls(ZoneInfo(calendar.timezone), weekdays, frozenset(calendar.holidays))

    def is_one(self, day: date) -> bool:
        """Tell whether people work on that day."""
        return day.weekday() in self.weekdays and day not in self.holidays

    def after(self, moment: datetime, span: timedelta) -> datetime:
        """Return when `span` has passed, counting whole business days of 24 hours.

        What comes in on another day counts from the beginning of the next business day.
        """
        local = self._opened(moment.astimezone(self.zone).replace(tzinfo=None))
        left = span
        while (rest := _midnight(local) + _DAY - local) <= left:
            local, left = self._opened(_midnight(local) + _DAY), left - rest
        return (local + left).replace(tzinfo=self.zone).astimezone(moment.tzinfo)

    def _opened(self, local: datetime) -> datetime:
        """Return the moment itself on a business day, else the beginning of the next one."""
        while not self.is_one(local.date()):
            local = _midnight(local) + _DAY
        return local


def due_by(policy: Policy, moment: datetime, limit: Limit) -> datetime:
    """Return when a limit that began at `moment` is over, in the days that it counts."""
    if limit.calendar is Calendar.ELAPSED or policy.calendar is None:
        return moment + limit
    return BusinessDays.of(policy.calendar).after(moment, limit.span)


def _midnight(local: datetime) -> datetime:
    return local.replace(hour=0, minute=0, second=0, microsecond=0)
