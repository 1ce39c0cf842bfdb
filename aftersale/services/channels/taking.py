"""Takes in what messengers deliver: masked and written down, once, before it is answered.

Nothing is done here, so the answer leaves within milliseconds.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aftersale.domain.channels import Account, Inbound, InboundKind, Thread
from aftersale.domain.conversations import Author, Event, EventType
from aftersale.services.channels import statuses
from aftersale.services.channels.cleaning import Cleaning, with_plain_ids
from aftersale.services.channels.keeping import as_body
from aftersale.services.channels.new_talks import locale_of
from aftersale.services.channels.windows import open_again
from aftersale.services.ports import UnitOfWork, UowFactory
from aftersale.services.ports_channel_store import ChannelEvent
from aftersale.services.ports_channels import Parsed

HEARD = frozenset(
    {InboundKind.MESSAGE, InboundKind.PRESSED, InboundKind.START, InboundKind.UNSUPPORTED}
)
_MOST, _BEFORE = 500, 20  # waiting messages: looked at, and that may begin what must be hidden
_ANY_TIME = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Taken:
    """What was new in a delivery."""

    new: tuple[Inbound, ...] = ()
    statuses: int = 0


class Taking:
    """Keeps events of all accounts."""

    def __init__(self, uow: UowFactory, cleaning: Cleaning) -> None:
        self._uow, self._cleaning = uow, cleaning

    def take(
        self,
        account: Account,
        parsed: Parsed,
        mark: str,
        now: datetime,
        *,
        cursor: str | None = None,
    ) -> Taken:
        """Write down everything a delivery says; `mark` is a keyed hash of its raw words.

        What came before changes nothing. `cursor` is where the next look at the account begins.
        """
        with self._uow() as uow:
            came = [(each, with_plain_ids(each)) for each in parsed.inbound]
            self._hold(uow, account, [plain for _, plain in came], now)
            new = [x for x, plain in came if self._keep(uow, account, plain, mark, now=now)]
            moved = statuses.apply(uow, account, parsed.statuses, now)
            if cursor is not None:
                uow.channels.save_cursor(account.name, cursor)
            uow.commit()
        return Taken(tuple(new), moved)

    def cursor(self, account: Account) -> str | None:
        """Return where the next look at the account begins."""
        with self._uow() as uow:
            return uow.channels.cursor(account.name)

    def _hold(
        self, uow: UnitOfWork, account: Account, inbound: Sequence[Inbound], now: datetime
    ) -> None:
        """Hold all chats of a delivery, always in one order, so that no two wait for each other.

        An address that a chat moves to is its own only afterwards.
        """
        moved_to = {each.payload for each in inbound if each.kind is InboundKind.MOVED}
        for address in sorted({each.address for each in inbound} - moved_to):
            self._thread(uow, account, address, now)

    def _thread(self, uow: UnitOfWork, account: Account, address: str, now: datetime) -> Thread:
        thread = uow.channels.thread(account.name, address)
        if thread is None:
            thread = uow.channels.add_thread(
                Thread(
                    thread_id=secrets.token_hex(16),
                    account=account.name,
                    channel=account.channel,
                    address=address,
                    storefront=account.storefront,
                    created_at=now,
                )
            )
        return uow.channels.locked(thread.thread_id) or thread

    def _keep(
        self, uow: UnitOfWork, account: Account, inbound: Inbound, mark: str, *, now: datetime
    ) -> bool:
        thread = self._thread(uow, account, inbound.address, now)
        at = min(inbound.at, now)
        talk = uow.conversations.get(thread.conversation_id) if thread.conversation_id else None
        kept = self._cleaning.kept(
            uow, inbound, conversation=talk, said=_said(uow, thread, inbound, now)
        )
        event = ChannelEvent(
            row=0,
            account=account.name,
            event_id=inbound.event_id,
            thread_id=thread.thread_id,
            received_at=now,
            at=at,
            order=inbound.order,
            hash=mark,
            body=as_body(kept),
        )
        if not uow.channels.take(event):
            return False
        heard = replace(inbound, at=at)
        # A group that moves is still one chat: it is not refused once more for that.
        if inbound.is_private or inbound.kind is InboundKind.MOVED:
            self._note(uow, thread, heard, now)
        elif inbound.kind in HEARD:  # of a group no more than that it may be answered now
            uow.channels.save_thread(_heard(thread, heard))
        return True

    def _note(self, uow: UnitOfWork, thread: Thread, inbound: Inbound, now: datetime) -> None:
        """Remember in the thread what the event tells of it, in whatever order events come."""
        after = replace(
            thread,
            sender=inbound.sender or thread.sender,
            name=self._cleaning.label(inbound.name) or thread.name,
            language=locale_of(inbound.language) or thread.language,
            topic=self._cleaning.label(inbound.topic) or thread.topic,
        )
        if inbound.kind in HEARD:
            after = _heard(after, inbound)
            open_again(uow, thread, now)
        elif inbound.kind is InboundKind.LEFT and not _is_older(inbound.at, thread.heard_at):
            after = replace(after, unreachable_at=inbound.at)
        elif inbound.kind is InboundKind.RETURNED:
            after = _reached(after, inbound.at)
        elif inbound.kind is InboundKind.MOVED and _is_free(uow, thread, inbound.payload):
            after = replace(after, address=inbound.payload or thread.address)
        if after != thread:
            uow.channels.save_thread(after)


def _heard(thread: Thread, inbound: Inbound) -> Thread:
    if not _is_older(inbound.at, thread.heard_at):
        thread = replace(thread, heard_at=inbound.at, heard=inbound.event_id)
    return _reached(thread, inbound.at)


def _reached(thread: Thread, at: datetime) -> Thread:
    # Providers count in seconds.
    left_at = thread.unreachable_at and thread.unreachable_at.replace(microsecond=0)
    return thread if _is_older(at, left_at) else replace(thread, unreachable_at=None)


def _is_older(at: datetime, other: datetime | None) -> bool:
    return other is not None and at < other


def _is_free(uow: UnitOfWork, thread: Thread, address: str | None) -> bool:
    return bool(address) and uow.channels.thread(thread.account, str(address)) is None


def _said(uow: UnitOfWork, thread: Thread, inbound: Inbound, now: datetime) -> list[Event]:
    """Return what was said before: what stands in the log, and what waits to stand there."""
    if not inbound.text or not inbound.is_private:
        return []
    own = thread.conversation_id
    logged = uow.conversations.recent_messages(own) if own else ()
    ever = now + _ANY_TIME
    waiting = uow.channels.waiting(thread.thread_id, ever, limit=_MOST, settled=ever)
    before = [each.body for each in waiting if each.body.get("text")][-_BEFORE:]
    return [
        *logged,
        *(Event(own or "", 0, EventType.MESSAGE, Author.BUYER, now, body) for body in before),
    ]
