"""Brings the outside desk up to date with a conversation: in the order of the log, each line once.

A line is written down before it leaves and again when it is there. After a crash or a lost answer
in between, the desk is asked first whether it has it.
"""

from dataclasses import replace
from datetime import datetime

from aftersale.domain.conversations import Event
from aftersale.domain.handoffs import Handoff
from aftersale.errors import ProviderRefused
from aftersale.services.outside_desk.card_tokens import LASTS
from aftersale.services.outside_desk.lines import as_file, events, files_of, is_line, line_of
from aftersale.services.outside_desk.outside import Outside
from aftersale.services.outside_desk.words import FILES_MISSING
from aftersale.services.ports import UnitOfWork
from aftersale.services.ports_desks import (
    DeskLine,
    DeskLink,
    DeskMessage,
    DeskStatus,
    LinkState,
)


class Carrying:
    """Carries one handoff. No transaction is held while the desk is called."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    def bring_up(self, handoff_id: str, now: datetime, *, ends: bool) -> None:
        """Open it at the desk if need be, post what is new, and resolve it when it is over.

        Raises:
            ProviderRefused, ProviderUnavailable, DeskBusy, DeskShut: as `Desk` says.
        """
        with self._outside.wiring.uow() as uow:
            link, handoff = uow.desk_links.get(handoff_id), uow.handoffs.get(handoff_id)
        if link is None or handoff is None or link.state in {LinkState.ENDED, LinkState.LOST}:
            return
        if link.state is LinkState.OPENING:
            if ends:  # it never got there, and nobody there need know
                self._saved(handoff_id, state=LinkState.ENDED)
                return
            link = self._opened(link, handoff, now)
        self._post_new(link, handoff, now)
        if ends:
            self._end(handoff_id)

    def _opened(self, link: DeskLink, handoff: Handoff, now: datetime) -> DeskLink:
        with self._outside.wiring.uow() as uow:
            wanted = self._outside.wanted(uow, link, handoff, now)
        refs = self._outside.desk.open(wanted)
        return self._saved(
            link.handoff_id,
            state=LinkState.OPEN,
            ref=refs.ref,
            source=refs.source,
            sent_message=refs.first_message,
            seen_message=refs.first_message,
            looked_at=link.created_at,  # so that it is looked at soon: callbacks may have come
            told_until=now + LASTS,
        )

    def _post_new(self, link: DeskLink, handoff: Handoff, now: datetime) -> None:
        with self._outside.wiring.uow() as uow:
            until = uow.desk_links.last_seq(link.conversation_id)
            new = list(events(uow, link.conversation_id, since=link.sent_seq, until=until))
            there = set(uow.desk_links.crossed(link.handoff_id, [event.seq for event in new]))
        for event in new:
            if is_line(event) and event.seq not in there:
                link = self._post(link, handoff, event, now)
        self._saved(link.handoff_id, sent_seq=until)

    def _post(self, link: DeskLink, handoff: Handoff, event: Event, now: datetime) -> DeskLink:
        with self._outside.wiring.uow() as uow:
            sent = files_of(uow, event)
        files = [as_file(each, self._outside.read_file) for each in sent]
        line = line_of(event, handoff, files)
        crossing = DeskMessage(line.key, link.handoff_id, now, seq=event.seq)
        with self._outside.wiring.uow() as uow:
            is_first = uow.desk_links.note(crossing)
            uow.commit()
        message = self._posted(link, handoff, line, again=not is_first)
        with self._outside.wiring.uow() as uow:
            uow.desk_links.save_message(replace(crossing, message=message))
            uow.commit()
        return self._saved(link.handoff_id, sent_seq=event.seq, sent_message=message)

    def _posted(self, link: DeskLink, handoff: Handoff, line: DeskLine, *, again: bool) -> int:
        ref, desk = link.ref or "", self._outside.desk
        try:
            return desk.append(ref, line, since=link.sent_message, again=again)
        except ProviderRefused:
            if not line.files:
                raise
            # The words matter more than the pictures, which lie at our own desk as well.
            missing = FILES_MISSING.format(
                count=len(line.files), link=self._outside.link_to(handoff.conversation_id)
            )
            text = "\n".join(part for part in (line.text, missing) if part)
            bare = replace(line, text=text, files=())
            return desk.append(ref, bare, since=link.sent_message, again=again)

    def _end(self, handoff_id: str) -> None:
        with self._outside.wiring.uow() as uow:
            link = uow.desk_links.get(handoff_id)
        if link is not None and link.ref and link.status is not DeskStatus.RESOLVED:
            self._outside.desk.close(link.ref)
        self._saved(handoff_id, state=LinkState.ENDED, status=DeskStatus.RESOLVED)

    def _saved(self, handoff_id: str, **changes: object) -> DeskLink:
        """Write into the link as it is now: others write into it too."""
        with self._outside.wiring.uow() as uow:
            link = changed(uow, handoff_id, **changes)
            uow.commit()
        return link


def changed(uow: UnitOfWork, handoff_id: str, **changes: object) -> DeskLink:
    """Change the link inside the caller's transaction, and return it."""
    link = uow.desk_links.locked(handoff_id)
    if link is None:
        raise LookupError(handoff_id)
    link = replace(link, **changes)  # type: ignore[arg-type]
    uow.desk_links.save(link)
    return link
