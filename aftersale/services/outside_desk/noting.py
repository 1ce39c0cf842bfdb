"""Writes down what an outside desk is to know, as the log goes on; nothing leaves here.

The log itself is what is to be told. A row of the outbox says only "up to here", so that rows
which overtake each other on the way change nothing about the order.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from aftersale.domain.conversations import Author, Event, EventType
from aftersale.domain.requests import OutboxKind, OutboxRow
from aftersale.errors import ProviderRefused, ProviderUnavailable
from aftersale.services.outside_desk.lines import events, is_line
from aftersale.services.outside_desk.outside import ADOPTED_WITHIN, Outside
from aftersale.services.ports import UnitOfWork
from aftersale.services.ports_desks import DeskLink, LinkState

AT_ONCE = 20
_FRESH = timedelta(seconds=6)  # a sign of typing is over then


class Noting:
    """Looks at handoffs and logs, and leaves rows for what is new."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    def run(self, now: datetime) -> int:
        """Return how many rows were left."""
        return self._adopted(now) + self._went_on(now) + self._over(now)

    def _adopted(self, now: datetime) -> int:
        with self._outside.wiring.uow() as uow:
            new = uow.desk_links.unlinked(since=now - ADOPTED_WITHIN, limit=AT_ONCE)
            for handoff_id in new:
                self._adopt(uow, handoff_id, now)
            uow.commit()
        return len(new)

    def _adopt(self, uow: UnitOfWork, handoff_id: str, now: datetime) -> None:
        handoff = uow.handoffs.get(handoff_id)
        if handoff is None:
            return
        own = handoff.conversation_id
        # What was said so far goes over as one note; what follows as lines.
        until = uow.desk_links.last_seq(own)
        link = DeskLink(handoff_id, own, LinkState.OPENING, now, noted_seq=until, sent_seq=until)
        if uow.desk_links.add(link):
            self._leave_row(uow, link, "open", now)

    def _went_on(self, now: datetime) -> int:
        left, typing = 0, []
        with self._outside.wiring.uow() as uow:
            for link in uow.desk_links.behind(limit=AT_ONCE):
                until = uow.desk_links.last_seq(link.conversation_id)
                new = list(events(uow, link.conversation_id, since=link.noted_seq, until=until))
                left += self._noted(uow, link, new, now)
                if _types(new, now):
                    typing.append(link)
                noted = replace(link, noted_seq=until)
                uow.desk_links.save(noted)
            uow.commit()
        for link in typing:
            self._show_typing(link)
        return left

    def _noted(self, uow: UnitOfWork, link: DeskLink, new: Sequence[Event], now: datetime) -> int:
        lines = [event.seq for event in new if is_line(event)]
        # What came from there is there.
        if not set(lines) - set(uow.desk_links.crossed(link.handoff_id, lines)):
            return 0
        self._leave_row(uow, link, str(lines[-1]), now)
        return 1

    def _over(self, now: datetime) -> int:
        left = 0
        with self._outside.wiring.uow() as uow:
            for link in uow.desk_links.over(limit=AT_ONCE):
                left += self._leave_row(uow, link, "end", now)
            uow.commit()
        return left

    def _leave_row(self, uow: UnitOfWork, link: DeskLink, what: str, now: datetime) -> int:
        key = f"desk:{link.handoff_id}:{what}"
        if uow.outbox.by_key(key) is not None:
            return 0
        uow.outbox.add(
            OutboxRow(
                outbox_id=self._outside.wiring.new_id(),
                kind=OutboxKind.DESK,
                idempotency_key=key,
                payload={"handoff_id": link.handoff_id, "ends": what == "end"},
                not_before=now,
                created_at=now,
            )
        )
        return 1

    def _show_typing(self, link: DeskLink) -> None:
        """Show it now or never: nobody waits for it and nothing hangs on it."""
        if link.refs is None or link.state is not LinkState.OPEN:
            return
        try:
            self._outside.desk.typing(link.refs, on=True)
        except (ProviderRefused, ProviderUnavailable):
            return


def _types(new: Sequence[Event], now: datetime) -> bool:
    """Whether the buyer types at this moment, as far as the log knows."""
    last = next((event for event in reversed(new) if event.author is Author.BUYER), None)
    return last is not None and last.type is EventType.TYPING and now - last.at < _FRESH
