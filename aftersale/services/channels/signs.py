"""Signs of life in a messenger: that a message was read, that somebody types. Now or never."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Lock

from aftersale.domain.capabilities import Capabilities
from aftersale.domain.channels import Thread
from aftersale.domain.conversations import Author, Event, EventType
from aftersale.services.ports_channels import ChannelTrouble, Connector

FRESH = timedelta(seconds=10)
_AT_ONCE = 2  # calls of one account

Submit = Callable[[Callable[[], None]], object]  # runs a call aside, as a pool does


def at_once(call: Callable[[], None]) -> None:
    """Run a call here and now."""
    call()


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

    def __init__(self, connectors: Mapping[str, Connector], *, submit: Submit = at_once) -> None:
        self._connectors, self._submit = connectors, submit
        self._lock = Lock()
        self._inside: Counter[str] = Counter()

    def show(self, signs: Sequence[Sign]) -> None:
        """Show them, each once."""
        for sign in signs:
            if self._may_enter(sign.account):
                self._submit(partial(self._show, sign))

    def _may_enter(self, account: str) -> bool:
        """Count a call; False: the provider is slow, and messages matter more than signs."""
        with self._lock:
            has_room = self._inside[account] < _AT_ONCE
            self._inside[account] += has_room
            return has_room

    def _show(self, sign: Sign) -> None:
        connector = self._connectors[sign.account]
        try:
            if sign.reads and sign.event_id:
                connector.read(sign.address, sign.event_id)
            if sign.types:
                connector.typing(sign.address, sign.event_id)
        except ChannelTrouble:
            return
        finally:
            with self._lock:
                self._inside[sign.account] -= 1
