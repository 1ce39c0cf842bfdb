"""One turn at a time for each conversation, first come first served, without polling."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, LockStore
from rasa.utils.endpoints import EndpointConfig


class FairLockStore(LockStore):
    """Locks of this process. Rasa's own asks once a second whether it is its turn.

    A conversation belongs to one engine process at a time (the app routes it), so that a lock
    across processes is not needed.
    """

    def __init__(self, endpoint_config: EndpointConfig | None = None, **kwargs: Any) -> None:  # noqa: ARG002
        """Accept what Rasa passes to a lock store."""
        self._locks: dict[str, asyncio.Lock] = {}
        self._users: dict[str, int] = {}

    @asynccontextmanager
    async def lock(
        self,
        conversation_id: str,
        lock_lifetime: float = LOCK_LIFETIME,  # noqa: ARG002
        wait_time_in_seconds: float = 1,  # noqa: ARG002
    ) -> AsyncGenerator[TicketLock, None]:
        """Hold the conversation; waiters go in the order in which they came."""
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        self._users[conversation_id] = self._users.get(conversation_id, 0) + 1
        try:
            async with lock:
                yield TicketLock(conversation_id)
        finally:
            self._users[conversation_id] -= 1
            if not self._users[conversation_id]:
                del self._users[conversation_id], self._locks[conversation_id]
