"""Who looks at which conversation, and who writes there: signs that last for seconds.

In memory: after a restart they are said again before anybody misses them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LASTS = 20.0  # seconds
MOST = 5_000  # signs; the oldest are forgotten beyond


@dataclass(slots=True)
class Sign:
    """Somebody looks at a conversation, or writes in it."""

    conversation_id: str
    name: str
    typing: bool
    until: float


class Viewers:
    """One place at a time for each person. Lives in the event loop of one app."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._signs: dict[str, Sign] = {}

    def say(self, user: str, name: str, conversation_id: str | None, *, typing: bool) -> set[str]:
        """Note where the person is now (None: nowhere); return the conversations it changes."""
        before = self._signs.pop(user, None)
        gone = before is not None and before.until <= self._clock()
        if conversation_id is not None:
            until = self._clock() + LASTS
            self._signs[user] = Sign(conversation_id, name, typing, until)
        if len(self._signs) > MOST:
            del self._signs[next(iter(self._signs))]
        was = None if before is None or gone else (before.conversation_id, before.typing)
        now = None if conversation_id is None else (conversation_id, typing)
        if was == now:
            return set()
        return {place[0] for place in (was, now) if place is not None}

    def of(self, conversation_id: str) -> list[dict[str, Any]]:
        """Return who is there."""
        now = self._clock()
        return [
            {"user": user, "name": sign.name, "typing": sign.typing}
            for user, sign in self._signs.items()
            if sign.conversation_id == conversation_id and sign.until > now
        ]

    def names(self, conversation_id: str, *, but: str) -> list[str]:
        """Return the names of who is there beside one."""
        return [each["name"] for each in self.of(conversation_id) if each["user"] != but]
