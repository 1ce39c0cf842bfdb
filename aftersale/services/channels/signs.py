"""Signs of life in a messenger: that a message was read, that somebody types. Now or never."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aftersale.domain.capabilities import Capabilities
from aftersale.domain.channels import Thread
from aftersale.domain.conversations import Author, Event, EventType
from aftersale.services.ports_channels import ChannelTrouble, Connector

FRESH = timedelta(seconds=10)

Each = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Sign:
    """What to show in one chat; `event_id` is of what the buyer wrote last."""

    account: str
    address: str
    event_id: str | None
    reads: bool
    types: bool


def sign_of(
    thread: Thread, events: Sequence[Event], capabilities: Capabilities, now: datetime
) -> Sign | None:
    """Return what new events show, as far as the channel can and it is not over already."""
    fresh = [each for each in events if each.author is not Author.BUYER and now - each.at < FRESH]
    reads = any(each.type is EventType.READ for each in fresh) and thread.heard is not None
    types = bool(fresh) and fresh[-1].type is EventType.TYPING
    sign = Sign(
        thread.account,
        thread.address,
        thread.heard,
        reads=reads and capabilities.reads,
        types=types and capabilities.types,
    )
    return sign if sign.reads or sign.types else None


class Signs:
    """Shows signs; nobody waits for one and nothing hangs on it."""

    def __init__(self, connectors: Mapping[str, Connector], *, each: Each = map) -> None:
        self._connectors, self._each = connectors, each

    def show(self, signs: Sequence[Sign]) -> None:
        """Show them, each once."""
        for _ in self._each(self._show, signs):
            pass

    def _show(self, sign: Sign) -> None:
        connector = self._connectors[sign.account]
        try:
            if sign.reads and sign.event_id:
                connector.read(sign.address, sign.event_id)
            if sign.types:
                connector.typing(sign.address, sign.event_id)
        except ChannelTrouble:
            return
