"""Conversations, their log and their buttons in the database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from aftersale.domain.channels import Channel
from aftersale.domain.conversations import (
    Author,
    Button,
    Closed,
    Conversation,
    Event,
    EventType,
    Owner,
)
from aftersale.errors import DuplicateMessage, NotFound
from aftersale.store.rows import thing, values
from aftersale.store.tables import ButtonRow, ConversationRow, EventRow
from aftersale.store.tables_channels import ChannelLinkRow, ChannelThreadRow
from aftersale.store.turns import SqlTurns

_NOT_SAVED = ("owner", "owner_version", "heard_at")  # they have their own ways

# Every turn runs these: made once, so that SQLAlchemy finds what it compiled by the object alone.
# The names of parameters must not be those of columns that a statement sets.
_CONVERSATION = select(ConversationRow).where(
    ConversationRow.conversation_id == bindparam("of_conversation")
)
# Rows that only name the conversation may still be written: no wait, and no deadlock.
_HELD = _CONVERSATION.with_for_update(key_share=True)
_LOCK = (
    select(ConversationRow.last_seq)
    .where(ConversationRow.conversation_id == bindparam("of_conversation"))
    .with_for_update()
)
_NEXT_SEQ = (
    update(ConversationRow)
    .where(ConversationRow.conversation_id == bindparam("of_conversation"))
    .values(last_seq=ConversationRow.last_seq + 1, active_at=bindparam("on"))
    .returning(ConversationRow.last_seq)
)
_HEARD = (
    update(ConversationRow)
    .where(ConversationRow.conversation_id == bindparam("of_conversation"))
    .values(
        last_seq=ConversationRow.last_seq + 1,
        active_at=bindparam("on"),
        heard_at=bindparam("on"),
    )
    .returning(ConversationRow.last_seq)
)
_EVENTS_SINCE = (
    select(EventRow)
    .where(
        EventRow.conversation_id == bindparam("of_conversation"),
        EventRow.seq > bindparam("since"),
    )
    .order_by(EventRow.seq)
    .limit(bindparam("at_most"))
)
_SEEN = (
    update(ConversationRow)
    .where(
        ConversationRow.conversation_id == bindparam("of_conversation"),
        ConversationRow.news_seq <= bindparam("up_to"),
        ConversationRow.seen_seq < ConversationRow.news_seq,
    )
    .values(seen_seq=ConversationRow.news_seq)
    .returning(ConversationRow.seen_seq)
)
_READ = (
    update(ConversationRow)
    .where(
        ConversationRow.conversation_id == bindparam("of_conversation"),
        ConversationRow.read_seq < bindparam("up_to"),
        ConversationRow.last_seq >= bindparam("up_to"),
    )
    .values(read_seq=bindparam("up_to"))
)
_MESSAGES_BEFORE = (
    select(EventRow)
    .where(
        EventRow.conversation_id == bindparam("of_conversation"),
        EventRow.type == EventType.MESSAGE,
        EventRow.seq < bindparam("before"),
    )
    .order_by(EventRow.seq.desc())
    .limit(bindparam("at_most"))
)
_BY_CLIENT_ID = select(EventRow).where(
    EventRow.conversation_id == bindparam("of_conversation"),
    EventRow.client_msg_id == bindparam("of_message"),
)
_ADD_EVENT = insert(EventRow)
_ADD_BUTTON = insert(ButtonRow)
# A chat of a messenger that is not connected any more goes on elsewhere, with nobody's words.
_HAS_A_READER = or_(
    ConversationRow.channel == Channel.CHAT,
    exists().where(
        ChannelThreadRow.conversation_id == ConversationRow.conversation_id,
        ChannelLinkRow.thread_id == ChannelThreadRow.thread_id,
        ChannelLinkRow.revoked_at.is_(None),
    ),
)
_HEARD_LAST = func.coalesce(ConversationRow.heard_at, ConversationRow.created_at)
_NO_SEQ_YET = 2**62  # past any event


class SqlConversations(SqlTurns):
    """The `Conversations` port; turns are in the class it extends."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.spoken_in: set[str] = set()  # conversations to look at again after this transaction

    def add(self, conversation: Conversation) -> None:
        """Write a new conversation."""
        row = values(conversation) | {"active_at": conversation.created_at}
        self._connection.execute(insert(ConversationRow).values(**row))

    def get(self, conversation_id: str) -> Conversation | None:
        """Return the conversation of that id."""
        row = self._connection.execute(
            _CONVERSATION, {"of_conversation": conversation_id}
        ).one_or_none()
        return None if row is None else thing(Conversation, row)

    def locked(self, conversation_id: str) -> Conversation | None:
        """Return it and keep it from being changed by others until the transaction ends."""
        row = self._connection.execute(_HELD, {"of_conversation": conversation_id}).one_or_none()
        return None if row is None else thing(Conversation, row)

    def latest_of_buyer(self, storefront: str, buyer_id: str) -> Conversation | None:
        """Return the buyer's open conversation that was heard last, of connected chats alone."""
        row = self._connection.execute(
            select(ConversationRow)
            .where(
                ConversationRow.buyer_id == buyer_id,
                ConversationRow.storefront == storefront,
                or_(
                    ConversationRow.closed_at.is_(None),
                    ConversationRow.closed_as == Closed.IDLE,
                ),
            )
            .where(_HAS_A_READER)
            .order_by(_HEARD_LAST.desc(), ConversationRow.conversation_id)
            .limit(1)
        ).one_or_none()
        return None if row is None else thing(Conversation, row)

    def save(self, conversation: Conversation) -> None:
        """Write identity, epoch, token and closing; never ownership, nor when it was heard."""
        changed = values(conversation)
        for name in _NOT_SAVED:
            del changed[name]
        self._connection.execute(
            update(ConversationRow)
            .where(ConversationRow.conversation_id == conversation.conversation_id)
            .values(**changed)
        )
        self.spoken_in.add(conversation.conversation_id)  # who follows it may have lost the right

    def move_owner(self, conversation_id: str, owner: Owner, *, version: int) -> bool:
        """Make it this owner's, if nobody moved it since that version was read."""
        moved = self._connection.execute(
            update(ConversationRow)
            .where(
                ConversationRow.conversation_id == conversation_id,
                ConversationRow.owner_version == version,
            )
            .values(owner=owner, owner_version=version + 1)
        )
        return moved.rowcount == 1

    def note_news(self, conversation_id: str, seq: int) -> None:
        """Remember the newest thing that was told unasked."""
        self._connection.execute(
            update(ConversationRow)
            .where(ConversationRow.conversation_id == conversation_id)
            .values(news_seq=seq)
        )

    def note_seen(self, conversation_id: str, seq: int) -> bool:
        """Remember that the client has everything up to `seq`; False when that is no news."""
        named = {"of_conversation": conversation_id, "up_to": seq}
        return self._connection.execute(_SEEN, named).first() is not None

    def has_seen(self, conversation_id: str, seq: int) -> bool:
        """Whether the client fetched the news of that seq."""
        seen = select(ConversationRow.seen_seq).where(
            ConversationRow.conversation_id == conversation_id
        )
        return (self._connection.execute(seen).scalar_one_or_none() or 0) >= seq

    def note_read(self, conversation_id: str, seq: int) -> None:
        """Remember how far the buyer has read; never backwards, never past the end."""
        named = {"of_conversation": conversation_id, "up_to": seq}
        if self._connection.execute(_READ, named).rowcount:
            self.spoken_in.add(conversation_id)  # whoever wrote it sees that it was read

    def append(
        self,
        conversation_id: str,
        *,
        type: EventType,
        author: Author,
        at: datetime,
        body: Mapping[str, Any],
    ) -> Event:
        """Append one event with the next `seq` of the conversation.

        By a message of its buyer, the conversation is heard of.

        Raises:
            NotFound: there is no such conversation.
            DuplicateMessage: the buyer's message is there already.
        """
        heard = author is Author.BUYER and type is EventType.MESSAGE
        seq = self._connection.execute(
            _HEARD if heard else _NEXT_SEQ, {"of_conversation": conversation_id, "on": at}
        ).scalar_one_or_none()
        if seq is None:
            raise NotFound("There is no such conversation.")
        event = Event(conversation_id, seq, type, author, at, dict(body))
        self._insert(event)
        self.spoken_in.add(conversation_id)
        return event

    def events(self, conversation_id: str, *, since: int, limit: int = 200) -> Sequence[Event]:
        """Return the events after `since`, oldest first."""
        rows = self._connection.execute(
            _EVENTS_SINCE,
            {"of_conversation": conversation_id, "since": since, "at_most": limit},
        )
        return [thing(Event, row) for row in rows]

    def recent_messages(
        self, conversation_id: str, *, before: int | None = None, limit: int = 6
    ) -> Sequence[Event]:
        """Return the last messages (before a seq, when given), oldest first."""
        bounds = {"before": _NO_SEQ_YET if before is None else before, "at_most": limit}
        rows = self._connection.execute(
            _MESSAGES_BEFORE, {"of_conversation": conversation_id} | bounds
        ).all()
        return [thing(Event, row) for row in reversed(rows)]

    def message_by_client_id(self, conversation_id: str, client_msg_id: str) -> Event | None:
        """Return the buyer's message with this id, if it came before.

        The conversation stays locked until the transaction ends, so that a retry sent at the same
        moment waits here and then finds the first.
        """
        of_conversation = {"of_conversation": conversation_id}
        self._connection.execute(_LOCK, of_conversation)
        row = self._connection.execute(
            _BY_CLIENT_ID, {**of_conversation, "of_message": client_msg_id}
        ).one_or_none()
        return None if row is None else thing(Event, row)

    def add_buttons(self, buttons: Iterable[Button]) -> None:
        """Write the buttons that are about to be offered."""
        if rows := [values(button) for button in buttons]:
            self._connection.execute(_ADD_BUTTON, rows)

    def use_button(self, conversation_id: str, button_id: str, now: datetime) -> Button | None:
        """Return the button and count the use; None when it cannot be used."""
        row = self._connection.execute(
            update(ButtonRow)
            .where(
                ButtonRow.button_id == button_id,
                ButtonRow.conversation_id == conversation_id,
                ButtonRow.expires_at > now,
                ButtonRow.uses_left > 0,
            )
            .values(uses_left=ButtonRow.uses_left - 1)
            .returning(*ButtonRow.__table__.columns)
        ).one_or_none()
        return None if row is None else thing(Button, row)

    def _insert(self, event: Event) -> None:
        said = event.author is Author.BUYER and event.type is EventType.MESSAGE
        client_msg_id = event.body.get("client_msg_id") if said else None
        row = values(event) | {"client_msg_id": client_msg_id}
        try:
            self._connection.execute(_ADD_EVENT, row)
        except IntegrityError as refused:
            raise DuplicateMessage("This message has been taken already.") from refused
