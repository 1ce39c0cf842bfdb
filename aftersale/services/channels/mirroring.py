"""Writes down what messengers are to be told, as the log goes on; nothing leaves here.

A thread's place in the log and the sends up to it are written in one transaction: a crash loses
none and doubles none.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from aftersale.domain.channels import Send, SendState, Thread
from aftersale.domain.conversations import Event
from aftersale.services.channels.lines import Line, Lines, is_whole
from aftersale.services.channels.packing import FILES
from aftersale.services.channels.signs import Sign, Signs, sign_of
from aftersale.services.ports import UnitOfWork
from aftersale.services.ports_channels import Block, Connector
from aftersale.services.wiring import Wiring

AT_ONCE = 100  # threads
_PAGE = 200  # events of one thread
_ALL_EVERY = timedelta(minutes=1)
_LATELY = timedelta(minutes=10)  # longer than a bundle waits for its end

logger = logging.getLogger(__name__)


class Mirroring:
    """Looks at conversations that went on in a messenger; `connectors` by account."""

    def __init__(self, wiring: Wiring, connectors: Mapping[str, Connector], signs: Signs) -> None:
        self._wiring, self._connectors, self._signs = wiring, connectors, signs
        self._all_at: datetime | None = None  # when all chats were looked at

    def run(self, now: datetime) -> int:
        """Return how many sends were written."""
        with self._wiring.uow() as uow:
            behind = uow.channels.behind(
                limit=AT_ONCE, accounts=tuple(self._connectors), since=self._since(now)
            )
        written, signs = 0, []
        for thread in behind:
            connector = self._connectors[thread.account]
            count, sign = self._safely(thread.thread_id, connector, now)
            written += count
            signs += [sign] if sign else []
        self._signs.show(signs)
        return written

    def _since(self, now: datetime) -> datetime | None:
        """Return since when something must have happened; now and then all chats are looked at."""
        if self._all_at is None or not timedelta(0) <= now - self._all_at < _ALL_EVERY:
            self._all_at = now
            return None
        return now - _LATELY

    def _safely(
        self, thread_id: str, connector: Connector, now: datetime
    ) -> tuple[int, Sign | None]:
        try:
            return self._mirrored(thread_id, connector, now)
        except Exception:  # a process edge: one thread must not hold up the others
            logger.exception(
                "a chat could not be brought up to date", extra={"thread_id": thread_id}
            )
            return 0, None

    def _mirrored(
        self, thread_id: str, connector: Connector, now: datetime
    ) -> tuple[int, Sign | None]:
        with self._wiring.uow() as uow:
            thread = uow.channels.locked(thread_id)
            events = _new(uow, thread) if thread else ()
            if thread is None or not events:
                return 0, None
            lines = self._lines(uow, events, connector)
            whole = not connector.capabilities.bundles or not lines or is_whole(events, lines, now)
            sends = self._sends(thread, connector, lines, now) if whole else ()
            written = sum(uow.channels.add_send(send) for send in sends)
            until = events[-1].seq if whole else lines[0].since - 1
            if until > thread.noted_seq:
                uow.channels.save_thread(replace(thread, noted_seq=until))
            uow.commit()
        return written, sign_of(thread, events, connector.capabilities, now)

    def _lines(
        self, uow: UnitOfWork, events: Sequence[Event], connector: Connector
    ) -> Sequence[Line]:
        conversation = uow.conversations.get(events[0].conversation_id)
        if conversation is None:
            return ()
        bundled = connector.capabilities.bundles
        return Lines(self._wiring, uow, conversation, bundled=bundled).of(events)

    def _sends(
        self, thread: Thread, connector: Connector, lines: Sequence[Line], now: datetime
    ) -> Iterator[Send]:
        if thread.unreachable_at is not None:
            return
        for seq, blocks in _messages(lines, bundled=connector.capabilities.bundles):
            for part, message in enumerate(connector.render(blocks, connector.capabilities)):
                files = {FILES: list(message.attachment_ids)} if message.attachment_ids else {}
                yield Send(
                    send_id=self._wiring.new_id(),
                    thread_id=thread.thread_id,
                    conversation_id=thread.conversation_id or "",
                    seq=seq,
                    part=part,
                    state=SendState.PENDING,
                    body=message.body | files,
                    created_at=now,
                    due_at=now,
                    options=message.options,
                )


def _new(uow: UnitOfWork, thread: Thread) -> Sequence[Event]:
    if thread.conversation_id is None:
        return ()
    since = thread.noted_seq
    return uow.conversations.events(thread.conversation_id, since=since, limit=_PAGE)


def _messages(lines: Sequence[Line], *, bundled: bool) -> list[tuple[int, Sequence[Block]]]:
    if bundled and lines:
        return [(lines[-1].seq, [block for line in lines for block in line.blocks])]
    return [(line.seq, line.blocks) for line in lines]
