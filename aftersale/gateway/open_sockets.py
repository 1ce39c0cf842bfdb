"""The sockets that are open now: counted by conversation and address, closed together."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aftersale.errors import AftersaleError

PER_CONVERSATION = 10  # devices and tabs of one buyer

Close = Callable[[], None]


class TooManySockets(AftersaleError):
    """The conversation or the address has as many sockets as it may."""

    code = "too_many_requests"


class OpenSockets:
    """Lives in the event loop of one app; holds no more than what is open."""

    def __init__(self, per_address: int) -> None:
        self._per_address = per_address
        self._by_address: Counter[str] = Counter()
        self._by_conversation: Counter[str] = Counter()
        self._closing: set[Close] = set()

    def __len__(self) -> int:
        """How many are open."""
        return len(self._closing)

    @contextmanager
    def room_for(self, conversation_id: str, address: str, close: Close) -> Iterator[None]:
        """Count a socket as long as it is open; `close` is called when the app stops.

        Raises:
            TooManySockets: there is no room for one more.
        """
        if (
            self._by_address[address] >= self._per_address
            or self._by_conversation[conversation_id] >= PER_CONVERSATION
        ):
            raise TooManySockets("Too many connections are open; close one of them.")
        self._by_address[address] += 1
        self._by_conversation[conversation_id] += 1
        self._closing.add(close)
        try:
            yield
        finally:
            self._closing.discard(close)
            _take(self._by_address, address)
            _take(self._by_conversation, conversation_id)

    def close_all(self) -> None:
        """Tell every socket to go away."""
        for close in self._closing:
            close()


def _take(counter: Counter[str], key: str) -> None:
    counter[key] -= 1
    if counter[key] <= 0:
        del counter[key]
