"""Who is there at an outside desk, so that nobody is promised a person who is not."""

import logging
from datetime import datetime, timedelta

from aftersale.domain.articles import Presence
from aftersale.errors import ProviderRefused, ProviderUnavailable
from aftersale.services.outside_desk.outside import Outside

logger = logging.getLogger(__name__)

_EVERY = timedelta(seconds=20)
_LASTS = timedelta(seconds=60)  # a desk that is down is empty after it


class People:
    """Asks the desk now and then."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._asked_at: datetime | None = None

    def note(self, now: datetime) -> None:
        """Write down who is there, if nobody has asked for a while."""
        if self._asked_at is not None and timedelta(0) <= now - self._asked_at < _EVERY:
            return
        self._asked_at = now
        try:
            there = self._outside.desk.present()
        except (ProviderRefused, ProviderUnavailable):
            logger.exception("the desk does not say who is there")
            return
        name = self._outside.desk.name
        with self._outside.wiring.uow() as uow:
            for agent in there:
                user = f"{name}:{agent.ref}"
                if agent.is_free:
                    uow.agents.arrive(Presence(user, None, now, now + _LASTS))
                else:  # whom they talk with stays theirs
                    uow.agents.seen(user, now)
            uow.commit()
