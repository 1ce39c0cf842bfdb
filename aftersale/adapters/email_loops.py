"""Two machines that answer each other: what says so, and how many answers one address gets.

Kept in memory: after a restart it is counted anew, which a loop can use only once.
"""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

HOUR = 3600.0  # seconds
ANSWERS = 20  # automatic ones to one address an hour
ECHOES = 3  # mails of the same words within the hour: nobody writes those by hand
SHORTEST = 40  # characters; "2" or "thank you" may well come again
_MOST = 10_000  # addresses that are remembered

Times = dict[str, float]


@dataclass(frozen=True, slots=True)
class Loops:
    """Counts for one account; `clock` returns seconds that never go back."""

    clock: Callable[[], float]
    most: int = ANSWERS
    _heard: dict[str, Times] = field(default_factory=dict)
    _said: dict[str, Times] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def is_echo(self, sender: str, words: str, event_id: str) -> bool:
        """Whether the same long words came again and again; the same mail counts once."""
        if len(words) < SHORTEST:
            return False
        key = hashlib.sha256(f"{sender}\0{words}".encode("utf-8", "replace")).hexdigest()
        with self._lock:
            times = self._recent(self._heard, key)
            times.setdefault(event_id, self.clock())
            return len(times) >= ECHOES

    def wait(self, address: str, token: str) -> float:
        """Count an answer; return in how many seconds it may leave. Its repetition is the same."""
        with self._lock:
            times = self._recent(self._said, address)
            if token not in times and len(times) >= self.most:
                return max(min(times.values()) + HOUR - self.clock(), 1.0)
            times.setdefault(token, self.clock())
            return 0.0

    def _recent(self, kept: dict[str, Times], key: str) -> Times:
        while key not in kept and len(kept) >= _MOST:
            kept.pop(next(iter(kept)))
        since = self.clock() - HOUR
        kept[key] = {each: at for each, at in kept.get(key, {}).items() if at > since}
        return kept[key]
