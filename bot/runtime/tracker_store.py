"""Rasa's tracker store on our event log: fails closed and keeps live trackers in memory."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker

from bot.runtime.event_log import EventLog, Mark

LIVE_LIMIT = 500  # trackers kept in memory: about 100 kB each
DEFAULT_FILE = "var/engine.db"
_NOTHING = Mark(0, 0)


@dataclass
class _Live:
    """A tracker in memory, how much of it is stored, and where the log stood then."""

    tracker: DialogueStateTracker
    stored: int
    mark: Mark

    def is_current(self, mark: Mark) -> bool:
        # More events than were stored means that a turn broke off half way.
        return self.mark == mark and len(self.tracker.events) == self.stored


class EventLogTrackerStore(TrackerStore, SerializedTrackerAsText):
    """Trackers from the event log.

    Rasa's own store ends the process for a text it cannot encode, and its wrapper starts an empty
    conversation when the database is away. Here both raise `StoreUnavailable`.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        **kwargs: Any,
    ) -> None:
        """Open the log at `host`, else at `AFTERSALE_ENGINE_DB`."""
        super().__init__(domain, event_broker, **kwargs)
        self._log = EventLog(host or os.environ.get("AFTERSALE_ENGINE_DB") or DEFAULT_FILE)
        self._log.create()
        self._live: OrderedDict[str, _Live] = OrderedDict()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the tracker of the latest session, from memory when it is current."""
        live = self._live.get(sender_id)
        if live and live.is_current(self._log.mark(sender_id)):
            self._live.move_to_end(sender_id)
            return live.tracker
        self._live.pop(sender_id, None)
        events, mark = self._log.read(sender_id)
        if not events:
            return None
        tracker = DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)
        self._keep(_Live(tracker, len(tracker.events), mark))
        return tracker

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """Return the tracker over all sessions."""
        events, _ = self._log.read(conversation_id, whole=True)
        if not events:
            return None
        return DialogueStateTracker.from_dict(conversation_id, events, self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append what is new; a conversation that moved on meanwhile is refused."""
        await self.stream_events(tracker)
        live = self._live.pop(tracker.sender_id, None)
        if live is None or live.tracker is not tracker:
            # Only a tracker that this store handed out, or a new one, is ever saved.
            live = _Live(tracker, 0, _NOTHING)
        fresh = [event.as_dict() for event in list(tracker.events)[live.stored :]]
        mark = self._log.append(tracker.sender_id, fresh, expected=live.mark)
        self._keep(_Live(tracker, len(tracker.events), mark))

    async def keys(self) -> Iterable[str]:
        """Return the ids of all conversations."""
        return self._log.senders()

    def erase(self, conversation_id: str) -> int:
        """Forget a conversation with all its epochs."""
        for sender_id in list(self._live):
            if sender_id.split(".")[0] == conversation_id:
                del self._live[sender_id]
        return self._log.erase(conversation_id)

    def _keep(self, live: _Live) -> None:
        if _sessions(live.tracker) > 1:
            return  # the next turn reads the newest session only, and so stays short
        self._live[live.tracker.sender_id] = live
        while len(self._live) > LIVE_LIMIT:
            self._live.popitem(last=False)


def _sessions(tracker: DialogueStateTracker) -> int:
    return sum(isinstance(event, SessionStarted) for event in tracker.events)
