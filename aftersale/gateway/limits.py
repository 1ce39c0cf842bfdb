"""Token buckets in memory: one per conversation and one per client address."""

import ipaddress
from collections import OrderedDict
from collections.abc import Callable, Sequence

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


def client_address(remote: str | None, forwarded_for: Sequence[str], trusted: int) -> str:
    """Return the address that the outermost trusted proxy saw; of IPv6, the network.

    Only the right-most entries were written by our proxies; the rest is the caller's word. A proxy
    may write a header of its own below the caller's, so all of them are given here.
    """
    seen = [part.strip() for part in ",".join(forwarded_for).split(",") if part.strip()]
    if trusted and len(seen) >= trusted:
        return _network(seen[-trusted])
    return _network(remote or "unknown")


def _network(address: str) -> str:
    """Return what one customer holds: of IPv6 that is a network of 64 bits."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 4 or known.ipv4_mapped:
        return address
    return str(ipaddress.ip_network((int(known), 64), strict=False))
