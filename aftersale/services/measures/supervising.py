"""What a support lead asks for: the numbers of some days, of the storefronts they may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aftersale.domain.desk import DeskUser
from aftersale.errors import StorefrontUnknown
from aftersale.policy.knobs import Policy
from aftersale.services.measures.gathering import gather
from aftersale.services.measures.judging import Meanings
from aftersale.services.measures.period import Period
from aftersale.services.measures.report import report
from aftersale.services.measures.wallboard import wallboard
from aftersale.services.ports_measures import OpenMeasures

Report = dict[str, Any]  # JSON-ready


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which numbers, as asked: ISO days or how many, and a storefront or all."""

    first: str | None = None
    last: str | None = None
    storefront: str | None = None
    days: str | None = None


class Supervising:
    """Reads numbers; it changes nothing and holds nobody up."""

    def __init__(
        self, store: OpenMeasures, policies: Mapping[str, Policy], meanings: Meanings
    ) -> None:
        self._store = store
        self._policies = policies
        self._meanings = meanings

    def report(self, who: DeskUser, wanted: Wanted, now: datetime) -> Report:
        """Return the numbers of those days.

        Raises:
            StorefrontUnknown: it is not served here, or not by this person.
            PeriodInvalid: see `Period.of`.
        """
        shops = self.shops(who, wanted.storefront)
        zone = self.zone(shops)
        today = now.astimezone(zone).date()
        period = Period.of(wanted.first, wanted.last, days=wanted.days, today=today, zone=zone)
        with self._store() as store:
            found = gather(store, self._meanings, period, shops, now=now)
        return {**report(found, period, now=now), "storefronts": list(self.shops(who, None))}

    def wallboard(self, who: DeskUser, storefront: str | None, now: datetime) -> dict[str, Any]:
        """Return what goes on right now.

        Raises:
            StorefrontUnknown: it is not served here, or not by this person.
        """
        shops = self.shops(who, storefront)
        today = now.astimezone(self.zone(shops)).replace(hour=0, minute=0, second=0, microsecond=0)
        with self._store() as store:
            return wallboard(store, shops, today=today, now=now)

    def shops(self, who: DeskUser, storefront: str | None) -> tuple[str, ...]:
        """Return the storefronts to count: the one asked for, else all that the person serves."""
        served = tuple(name for name in sorted(self._policies) if who.serves(name))
        if storefront is None:
            return served
        if storefront not in served:
            raise StorefrontUnknown("There are no numbers of that storefront for you.")
        return (storefront,)

    def zone(self, shops: tuple[str, ...]) -> ZoneInfo:
        """Return the time zone in which days begin: that of the storefronts, if they share one."""
        calendars = (self._policies[name].calendar for name in shops)
        zones = {calendar.timezone if calendar else "UTC" for calendar in calendars}
        return ZoneInfo(zones.pop() if len(zones) == 1 else "UTC")
