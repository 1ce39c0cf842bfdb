"""Wakes those who wait for events of a conversation. In this process only; holds nothing else."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class EventBus:
    """Told by the store after each commit, from any thread."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._watching: set[Callable[[set[str]], None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Name the loop in which the waiting happens."""
        self._loop = loop

    def detach(self) -> None:
        """Stop passing on; wake everybody, so that shutting down waits for nobody."""
        self._loop = None
        self._wake(set(self._waiting))

    def on_events(self, conversation_ids: set[str]) -> None:
        """Pass on that these conversations have new events."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake, conversation_ids)

    def _wake(self, conversation_ids: set[str]) -> None:
        for conversation_id in conversation_ids:
            for event in self._waiting.get(conversation_id, ()):
                event.set()
        for watcher in self._watching:
            watcher(conversation_ids)

    @contextmanager
    def watching(self, told: Callable[[set[str]], None]) -> Iterator[None]:
        """Let `told` be called, in the loop, with the conversations of every commit."""
        self._watching.add(told)
        try:
            yield
        finally:
            self._watching.discard(told)

    @contextmanager
    def waiting(
        self, conversation_id: str, event: asyncio.Event | None = None
    ) -> Iterator[asyncio.Event]:
        """Return an event (the given one) that is set at every commit for the conversation."""
        event = event or asyncio.Event()
        self._waiting.setdefault(conversation_id, set()).add(event)
        try:
            yield event
        finally:
            waiting = self._waiting[conversation_id]
            waiting.discard(event)
            if not waiting:
                del self._waiting[conversation_id]
