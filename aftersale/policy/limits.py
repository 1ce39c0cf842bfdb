"""Typed durations: how long, how strict, and counted in which days."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class LimitKind(StrEnum):
    """How strict a duration is; only a hard one ever changes a decision."""

    HARD = "hard"
    SOFT = "soft"  # later is still accepted, and said to be later than ideal
    TARGET = "target"  # what the storefront aims at; never a right


class Calendar(StrEnum):
    """Which time counts."""

    ELAPSED = "elapsed"
    BUSINESS = "business"


@dataclass(frozen=True, slots=True)
class Limit:
    """A duration of a policy. `moment + limit` works as with a `timedelta`."""

    span: timedelta
    kind: LimitKind = LimitKind.HARD
    calendar: Calendar = Calendar.ELAPSED

    def __radd__(self, moment: datetime) -> datetime:
        return moment + self.span

    @property
    def is_hard(self) -> bool:
        """Whether missing it changes what is possible."""
        return self.kind is LimitKind.HARD

    def __str__(self) -> str:
        business = " business" if self.calendar is Calendar.BUSINESS else ""
        return f"{self.kind} {_spell(self.span)}{business}"


def _spell(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        # 24 h stays "24h": the storefronts speak of hours up to two days
        if seconds and seconds % size == 0 and (unit != "d" or seconds > 2 * size):
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
