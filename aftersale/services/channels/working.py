"""Works off what came in from messengers: a chat at a time, its events in their order."""

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aftersale.domain.channels import Thread
from aftersale.services.channels.batching import Batch, next_batch, waits_until
from aftersale.services.channels.hearing import Hearing
from aftersale.services.channels.media import NotYet
from aftersale.services.channels.passing_on import Elsewhere, Overtaken
from aftersale.services.conversations import Received
from aftersale.services.ports import UnitOfWork
from aftersale.services.ports_channel_store import ChannelEvent
from aftersale.services.ports_channels import Connector
from aftersale.services.wiring import Wiring

AT_ONCE = 20  # chats of one run
LEASE = 300.0  # seconds; files may be slow
_PAGE = 100  # events of one chat
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=5)
_MOST_FAILURES = 20  # some hour; then the buyer is asked to write it again

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Worked:
    """What came of a run: events that are done, and messages that owe an answer."""

    events: int = 0
    turns: list[tuple[str, int]] = field(default_factory=list)  # conversation and seq

    def note(self, batch: Batch, heard: Sequence[Received]) -> None:
        """Count what was done."""
        self.events += len(batch.rows)
        owing = [received.event for received in heard if received.owes_turn]
        self.turns += [(event.conversation_id, event.seq) for event in owing]


class Working:
    """Any number of these may run at once: a chat is leased to one of them."""

    def __init__(
        self, wiring: Wiring, connectors: Mapping[str, Connector], hearing: Hearing
    ) -> None:
        self._wiring, self._connectors, self._hearing = wiring, connectors, hearing
        self.is_ending = threading.Event()  # set: what is begun is finished, and nothing else

    def run(self, now: datetime) -> Worked:
        """Work off what is due in some chats."""
        worked = Worked()
        for _ in range(AT_ONCE):
            thread = None if self.is_ending.is_set() else self._claimed(now)
            if thread is None:
                break
            try:
                self._work_off(thread, worked, now)
            finally:
                self._release(thread)
        return worked

    def _claimed(self, now: datetime) -> Thread | None:
        settled = {name: self._settled(name, now) for name in self._connectors}
        with self._wiring.uow() as uow:
            found = uow.channels.claim_threads(now, lease=LEASE, limit=1, settled=settled)
            thread = uow.channels.thread_by_id(found[0]) if found else None
            uow.commit()
        return thread

    def _settled(self, account: str, now: datetime) -> datetime:
        return now - self._connectors[account].capabilities.settle

    def _release(self, thread: Thread) -> None:
        with self._wiring.uow() as uow:
            uow.channels.release_thread(thread.thread_id)
            uow.commit()

    def _work_off(self, thread: Thread, worked: Worked, now: datetime) -> None:
        while (found := self._next(thread, now)) is not None:
            current, batch, until = found
            if until is not None and until > now:
                self._put_off(batch, until, is_failure=False)
                return
            if not self._tried(current, batch, worked, now) or self.is_ending.is_set():
                return

    def _next(self, thread: Thread, now: datetime) -> tuple[Thread, Batch, datetime | None] | None:
        """Return what comes first, and until when more of it is waited for."""
        with self._wiring.uow() as uow:
            current = uow.channels.thread_by_id(thread.thread_id)
            waiting = self._waiting(uow, thread, now)
        if current is None or not waiting:
            return None
        batch = next_batch(waiting)
        return current, batch, waits_until(batch, waiting)

    def _waiting(self, uow: UnitOfWork, thread: Thread, now: datetime) -> list[ChannelEvent]:
        settled = self._settled(thread.account, now)
        return list(uow.channels.waiting(thread.thread_id, now, limit=_PAGE, settled=settled))

    def _tried(self, thread: Thread, batch: Batch, worked: Worked, now: datetime) -> bool:
        """Do it; False when the chat is left for now."""
        try:
            worked.note(batch, self._hearing.hear(thread, batch, now))
        except Elsewhere:
            return True
        except Overtaken:
            return False
        except NotYet as later:
            self._later(batch, now, least=later.seconds)
            return False
        except Exception:  # a process edge: one chat must not hold up the others
            logger.exception("a message could not be passed on", extra={"action": thread.account})
            return self._failed(thread, batch, worked, now)
        return True

    def _failed(self, thread: Thread, batch: Batch, worked: Worked, now: datetime) -> bool:
        self._later(batch, now)  # first, in case that nothing can be said of it either
        if batch.failures < _MOST_FAILURES:
            return False
        logger.error("gave up a message", extra={"action": thread.account})
        self._hearing.give_up(thread, batch, now)
        worked.note(batch, ())
        return True

    def _later(self, batch: Batch, now: datetime, *, least: float = 0.0) -> None:
        wait = min(_FIRST_WAIT * 2 ** min(batch.failures, 10), _LONGEST_WAIT)
        self._put_off(batch, now + max(wait, timedelta(seconds=least)), is_failure=True)

    def _put_off(self, batch: Batch, until: datetime, *, is_failure: bool) -> None:
        with self._wiring.uow() as uow:
            uow.channels.put_off(batch.rows, until=until, is_failure=is_failure)
            uow.commit()
