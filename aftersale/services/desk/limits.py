"""How soon somebody may try to sign in again. Pure.

A stranger who fails for somebody makes all strangers wait, a minute at most. A browser in which
that person signed in before has a tally of its own, so nobody is locked out by others.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from aftersale.domain.desk import Attempts

_FORGIVEN = timedelta(hours=1)  # without another failure


@dataclass(frozen=True, slots=True)
class Rule:
    """So many failures are free, then each doubles the pause, up to the longest."""

    free: int
    first: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True)
class Key:
    """What is counted, and by which rule."""

    name: str
    rule: Rule

    @property
    def hashed(self) -> str:
        """The key as it is stored: a typed name may be a password in the wrong field."""
        return hashlib.sha256(self.name.encode("utf-8", "replace")).hexdigest()


OF_USER = Rule(5, timedelta(seconds=15), timedelta(minutes=1))
OF_BROWSER = Rule(5, timedelta(seconds=15), timedelta(minutes=15))
OF_ADDRESS = Rule(20, timedelta(seconds=5), timedelta(minutes=5))


def keys_of(user: str, address: str, browser: str | None) -> tuple[Key, ...]:
    """Return what an attempt counts for; `browser` is one that the user signed in with before."""
    if browser is not None:
        return (Key(f"browser:{browser}", OF_BROWSER),)
    return (Key(f"user:{user}", OF_USER), Key(f"address:{address}", OF_ADDRESS))


def wait_until(attempts: Attempts | None, rule: Rule, now: datetime) -> datetime | None:
    """Return from when on the next attempt is taken; None: at once."""
    if attempts is None or attempts.failures < rule.free or _forgiven(attempts, now):
        return None
    doubled = min(attempts.failures - rule.free, 20)
    until = attempts.last_at + min(rule.first * 2**doubled, rule.longest)
    return until if until > now else None


def one_more(attempts: Attempts | None, key: Key, now: datetime) -> Attempts:
    """Return the tally after one more failure."""
    before = 0 if attempts is None or _forgiven(attempts, now) else attempts.failures
    return Attempts(key.hashed, before + 1, now)


def _forgiven(attempts: Attempts, now: datetime) -> bool:
    return now - attempts.last_at > _FORGIVEN
