"""Who is there: a person at the desk says so again and again, and is gone when they stop."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from aftersale.domain.articles import Presence
from aftersale.domain.desk import DeskUser
from aftersale.errors import StorefrontUnknown
from aftersale.services.ports import UowFactory

LASTS = timedelta(seconds=60)  # three times as long as a page waits until it says it again


class DeskPresence:
    """Notes who is there for buyers."""

    def __init__(self, uow: UowFactory, storefronts: Collection[str]) -> None:
        self._uow, self._storefronts = uow, storefronts

    def online(self, who: DeskUser, wanted: Sequence[str], now: datetime) -> datetime:
        """Note that the person is there for these storefronts (none named: all of theirs).

        Returns until when that holds.

        Raises:
            StorefrontUnknown: one of them is not theirs, or not served here.
        """
        mine = [key for key in self._storefronts if who.serves(key)]
        if any(key not in mine for key in wanted):
            raise StorefrontUnknown("You do not work for that storefront.")
        places: Sequence[str | None] = list(wanted) or list(who.storefronts) or [None]
        until = now + LASTS
        with self._uow() as uow:
            uow.agents.arrive(*(Presence(who.user, place, now, until) for place in places))
            uow.agents.seen(who.user, now)
            uow.commit()
        return until

    def away(self, who: DeskUser, now: datetime) -> None:
        """Note that the person has left; what they have stays theirs."""
        with self._uow() as uow:
            uow.agents.leave(who.user, now)
            uow.agents.seen(who.user, now)
            uow.commit()
