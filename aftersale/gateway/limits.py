"""Token buckets in memory: one per conversation and one per client address."""

from collections import OrderedDict
from collections.abc import Callable

from aftersale.settings import Rate

KEPT = 50_000  # buckets; the least recently used ones are forgotten, and are full again then


class Buckets:
    """Says whether a key may do one more thing now."""

    def __init__(self, rate: Rate, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> bool:
        """Take one token; False when the bucket is empty."""
        if self._rate.burst == 0:
            return True
        at = self._clock()
        level, since = self._levels.pop(key, (float(self._rate.burst), at))
        level = min(self._rate.burst, level + (at - since) * self._rate.per_second)
        allowed = level >= 1
        self._levels[key] = (level - allowed, at)
        if len(self._levels) > KEPT:
            self._levels.popitem(last=False)
        return allowed


def client_address(remote: str | None, forwarded_for: str, trusted: int) -> str:
    """Return the address that the outermost trusted proxy saw.

    Only the right-most entries were written by our proxies; the rest is the caller's word.
    """
    seen = [part.strip() for part in forwarded_for.split(",") if part.strip()]
    if trusted and len(seen) >= trusted:
        return seen[-trusted]
    return remote or "unknown"
