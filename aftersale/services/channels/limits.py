"""How fast an account may send: its provider's own limit, and pauses that it asked for.

In memory: a new process learns of a pause with its first send.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from aftersale.domain.capabilities import Capabilities

ACCOUNT_AT_ONCE = 4  # calls of one account: one that is slow leaves room for others
_FULL = 0.25  # seconds to wait for a call of the same account to end
_FIRST_SHUT, _LONGEST_SHUT = 30.0, 600.0  # seconds after a key that is not good


@dataclass(slots=True)
class _Bucket:
    left: float
    at: datetime


class Limits:
    """Token buckets and pauses by account; several threads may ask at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._buckets: dict[str, _Bucket] = {}
        self._until: dict[str, datetime] = {}
        self._shut: dict[str, int] = {}
        self._inside: Counter[str] = Counter()

    def wait(self, account: str, capabilities: Capabilities, now: datetime) -> float:
        """Return 0.0 and count one message, or how many seconds to wait for it."""
        with self._lock:
            until = self._until.get(account, now)
            if until > now:
                return (until - now).total_seconds()
            if self._inside[account] >= ACCOUNT_AT_ONCE:
                return _FULL
            return self._taken(account, capabilities.per_second, now)

    def _taken(self, account: str, rate: float, now: datetime) -> float:
        most = max(rate, 1.0)
        bucket = self._buckets.setdefault(account, _Bucket(most, now))
        passed = max((now - bucket.at).total_seconds(), 0.0)
        bucket.left, bucket.at = min(most, bucket.left + passed * rate), max(now, bucket.at)
        if bucket.left < 1.0:
            return (1.0 - bucket.left) / rate
        bucket.left -= 1.0
        return 0.0

    def enter(self, account: str) -> None:
        """Note that a call begins."""
        with self._lock:
            self._inside[account] += 1

    def leave(self, account: str) -> None:
        """Note that a call is over."""
        with self._lock:
            self._inside[account] -= 1

    def inside(self) -> int:
        """Return how many calls go on."""
        with self._lock:
            return self._inside.total()

    def pause(self, account: str, until: datetime) -> None:
        """Send nothing from the account before then."""
        with self._lock:
            self._until[account] = max(until, self._until.get(account, until))

    def shut(self, account: str, now: datetime) -> datetime:
        """Stop the account, each time longer; return until when."""
        with self._lock:
            times = self._shut.get(account, 0)
            seconds = min(_FIRST_SHUT * 2**times, _LONGEST_SHUT)
            self._shut[account] = min(times + 1, 16)
            until = now + timedelta(seconds=seconds)
            self._until[account] = max(until, self._until.get(account, until))
            return self._until[account]

    def opened(self, account: str) -> None:
        """Note that the account's key is good."""
        with self._lock:
            self._shut.pop(account, None)
