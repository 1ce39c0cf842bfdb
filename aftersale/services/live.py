"""What a connected client does beside sending: it opens the stream, follows it, reads, types."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aftersale.domain.conversations import (
    Author,
    Closed,
    Conversation,
    Event,
    EventType,
    Owner,
    Ticket,
)
from aftersale.errors import NotFound, TokenInvalid
from aftersale.services.device_tokens import device_session
from aftersale.services.ports import UowFactory

TICKET_LASTS = timedelta(seconds=30)
PAGE = 50  # events read at once: a socket holds no more of a long history in memory


@dataclass(frozen=True, slots=True)
class Minted:
    """A ticket as it is told, once."""

    ticket: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Followed:
    """What happened next, and whether the stream ends with it."""

    events: Sequence[Event]
    is_last: bool = False

    @property
    def is_all(self) -> bool:
        """Whether nothing more is there yet."""
        return len(self.events) < PAGE


class Live:
    """The life of a connection in the store; the session it was opened in must last."""

    def __init__(self, uow: UowFactory) -> None:
        self._uow = uow

    def mint(self, conversation: Conversation, now: datetime) -> Minted:
        """Return a ticket for one socket: browsers cannot send the bearer token with it."""
        told = secrets.token_urlsafe(32)
        ticket = Ticket(
            ticket_hash=_hash(told),
            conversation_id=conversation.conversation_id,
            session_hash=conversation.token_hash,
            expires_at=now + TICKET_LASTS,
            session_until=conversation.token_expires_at,
        )
        with self._uow() as uow:
            uow.tickets.add(ticket, now=now)
            uow.commit()
        return Minted(told, ticket.expires_at)

    def admit(self, told: str, conversation_id: str, now: datetime) -> tuple[Ticket, Conversation]:
        """Use a ticket: it is gone, whatever comes of it.

        Raises:
            TokenInvalid: unknown, used, or its time or its session's is over.
            NotFound: it is not the ticket of `conversation_id`.
        """
        with self._uow() as uow:
            ticket = uow.tickets.use(_hash(told))
            conversation = uow.conversations.get(ticket.conversation_id) if ticket else None
            uow.commit()
        if ticket is None or conversation is None or ticket.expires_at <= now:
            raise TokenInvalid("The ticket is not valid; ask for another one.")
        if ticket.conversation_id != conversation_id:
            raise NotFound("There is no such conversation.")
        _require_session(conversation, ticket, now)
        return ticket, conversation

    def follow(self, ticket: Ticket, since: int, now: datetime) -> Followed:
        """Return what happened after `since`, as long as the session lasts.

        Raises:
            TokenInvalid: the session is over, or its token was replaced.
        """
        with self._uow() as uow:
            conversation = uow.conversations.get(ticket.conversation_id)
            if conversation is None:
                raise NotFound("There is no such conversation.")
            # A deleted chat holds nothing but the word that it is deleted.
            is_last = conversation.closed_as is Closed.DELETED
            if not is_last:
                _require_session(conversation, ticket, now)
            events = uow.conversations.events(ticket.conversation_id, since=since, limit=PAGE)
        return Followed(events, is_last)

    def require(self, ticket: Ticket, now: datetime) -> None:
        """Refuse what is sent after the session is over.

        Raises:
            TokenInvalid: the session is over, or its token was replaced.
        """
        with self._uow() as uow:
            conversation = uow.conversations.get(ticket.conversation_id)
        if conversation is None:
            raise NotFound("There is no such conversation.")
        _require_session(conversation, ticket, now)

    def read(self, conversation_id: str, seq: int) -> None:
        """Note how far the buyer has read: what was read is not unread on another device."""
        with self._uow() as uow:
            uow.conversations.note_read(conversation_id, seq)
            # Whoever has read the news need not get them by mail.
            uow.conversations.note_seen(conversation_id, seq)
            uow.commit()

    def type(self, conversation_id: str, now: datetime) -> None:
        """Show the person who has the conversation that the buyer types; the bot waits anyway."""
        with self._uow() as uow:
            conversation = uow.conversations.get(conversation_id)
            if conversation is None or conversation.owner is not Owner.HUMAN:
                return
            uow.conversations.append(
                conversation_id, type=EventType.TYPING, author=Author.BUYER, at=now, body={}
            )
            uow.commit()


def _hash(ticket: str) -> str:
    return hashlib.sha256(ticket.encode("utf-8", "replace")).hexdigest()


def _require_session(conversation: Conversation, ticket: Ticket, now: datetime) -> None:
    sessions = {conversation.token_hash, device_session(conversation)}
    if ticket.session_hash not in sessions or ticket.session_until <= now:
        raise TokenInvalid("The session is over; open a new one.")
