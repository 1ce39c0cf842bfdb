"""Whole conversations in the database: wiped with every copy of what was said."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, or_, select, update

from aftersale.domain.cases import Role
from aftersale.domain.conversations import (
    Author,
    Closed,
    Conversation,
    EventType,
    OpenTopic,
    Owner,
)
from aftersale.domain.requests import CommandState, OutboxState
from aftersale.store.rows import thing
from aftersale.store.tables import (
    AgentMessageRow,
    AttachmentRow,
    ButtonRow,
    CaseEntryRow,
    CaseRow,
    CommandRow,
    ConversationRow,
    EventRow,
    HandoffRow,
    MentionRow,
    NoteRow,
    OutboxEntryRow,
    RatingRow,
    TicketRow,
    TurnRow,
)

_IDLE, _SAID = Closed.IDLE, EventType.MESSAGE
_ERASED = -1  # the epoch of a conversation that the engine has forgotten
_LETTERS = ("news:{}:%", "transcript:{}:%")  # keys of letters that repeat what was said


class SqlChats:
    """The `Chats` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def wipe(self, conversation_id: str) -> int:
        """Delete what was said, and every copy of it that is no record; return the messages."""
        told = EventRow.conversation_id == conversation_id, EventRow.type == EventType.MESSAGE
        self._connection.execute(
            update(RatingRow)
            .where(RatingRow.conversation_id == conversation_id)
            .values(comment=None)
        )
        self._connection.execute(
            update(HandoffRow)
            .where(HandoffRow.conversation_id == conversation_id)
            .values(words="", outcome=None)
        )
        self._void_commands(conversation_id)
        self._void_letters(conversation_id)
        messages = self._connection.execute(delete(EventRow).where(*told)).rowcount
        self._drop_notes(conversation_id)
        for row in (EventRow, TurnRow, ButtonRow, TicketRow, AgentMessageRow, NoteRow):
            self._connection.execute(delete(row).where(row.conversation_id == conversation_id))
        return messages

    def _drop_notes(self, conversation_id: str) -> None:
        own = select(NoteRow.note_id).where(NoteRow.conversation_id == conversation_id)
        self._connection.execute(delete(MentionRow).where(MentionRow.note_id.in_(own)))

    def _void_commands(self, conversation_id: str) -> None:
        own = CommandRow.conversation_id == conversation_id
        not_done = CommandRow.state.not_in([CommandState.DONE, CommandState.UNDONE])
        self._connection.execute(update(CommandRow).where(own, not_done).values(terms={}))
        self._connection.execute(
            update(CommandRow)
            .where(own, CommandRow.state == CommandState.OPEN)
            .values(state=CommandState.DECLINED)
        )

    def _void_letters(self, conversation_id: str) -> None:
        keys = (OutboxEntryRow.idempotency_key.like(k.format(conversation_id)) for k in _LETTERS)
        own = or_(*keys)
        self._connection.execute(
            update(OutboxEntryRow)
            .where(own, OutboxEntryRow.state == OutboxState.PENDING)
            .values(state=OutboxState.WITHDRAWN)
        )
        self._connection.execute(update(OutboxEntryRow).where(own).values(payload={}))

    def drop_files(self, conversation_id: str, *, keep: Collection[str]) -> Sequence[str]:
        """Delete its attachments but those of the cases to keep; return what their files are."""
        given_up = or_(AttachmentRow.case_number.is_(None), AttachmentRow.case_number.not_in(keep))
        return list(
            self._connection.execute(
                delete(AttachmentRow)
                .where(AttachmentRow.conversation_id == conversation_id, given_up)
                .returning(AttachmentRow.stored_as)
            ).scalars()
        )

    def edit_case(self, number: str, edit: Callable[[str], str]) -> None:
        """Change the buyer's own words in a case and its thread."""
        entries = select(CaseEntryRow.entry_id, CaseEntryRow.text).where(
            CaseEntryRow.case_number == number, CaseEntryRow.role == Role.BUYER
        )
        for entry_id, text in self._connection.execute(entries).all():
            self._connection.execute(
                update(CaseEntryRow)
                .where(CaseEntryRow.entry_id == entry_id)
                .values(text=edit(text))
            )
        own = CaseRow.number == number
        words = select(CaseRow.item, CaseRow.description).where(own)
        for item, description in self._connection.execute(words).all():
            edited = {"item": item and edit(item)}
            edited["description"] = description and edit(description)
            self._connection.execute(update(CaseRow).where(own).values(**edited))

    def topics(self, storefront: str, buyer_id: str, *, limit: int) -> Sequence[OpenTopic]:
        """Return the buyer's conversations that have words and are not over, newest first."""
        not_over = or_(ConversationRow.closed_at.is_(None), ConversationRow.closed_as == _IDLE)
        rows = self._connection.execute(
            select(ConversationRow)
            .where(
                ConversationRow.buyer_id == buyer_id,
                ConversationRow.storefront == storefront,
                ConversationRow.owner != Owner.CLOSED,
                not_over,
                ConversationRow.last_seq > 0,
            )
            .order_by(ConversationRow.active_at.desc(), ConversationRow.conversation_id)
            .limit(limit)
        ).all()
        return [self._topic(row) for row in rows]

    def _topic(self, row: Row[Any]) -> OpenTopic:
        own = EventRow.conversation_id == row.conversation_id, EventRow.type == _SAID
        first = select(EventRow.body).where(*own, EventRow.author == Author.BUYER)
        words = self._connection.execute(first.order_by(EventRow.seq).limit(1)).scalar()
        unread = select(func.count()).where(
            *own, EventRow.author != Author.BUYER, EventRow.seq > row.read_seq
        )
        return OpenTopic(
            conversation=thing(Conversation, row),
            last_at=row.active_at,
            first_words=str((words or {}).get("text", "")),
            unread=self._connection.execute(unread).scalar_one(),
        )

    def idle(self, storefront: str, *, before: datetime, limit: int) -> Sequence[str]:
        """Return open conversations of the bot where nothing has happened since then."""
        return list(
            self._connection.execute(
                select(ConversationRow.conversation_id)
                .where(
                    ConversationRow.active_at <= before,
                    ConversationRow.storefront == storefront,
                    ConversationRow.closed_at.is_(None),
                    ConversationRow.owner == Owner.BOT,
                )
                .order_by(ConversationRow.active_at)
                .limit(limit)
            ).scalars()
        )

    def last_at(self, conversation_id: str) -> datetime | None:
        """Return when something happened in it last."""
        return self._connection.execute(
            select(ConversationRow.active_at).where(
                ConversationRow.conversation_id == conversation_id
            )
        ).scalar_one_or_none()

    def unerased(self, *, limit: int) -> Sequence[str]:
        """Return deleted conversations that the engine may still remember."""
        return list(
            self._connection.execute(
                select(ConversationRow.conversation_id)
                .where(
                    ConversationRow.closed_as == Closed.DELETED,
                    ConversationRow.engine_epoch != _ERASED,
                )
                .limit(limit)
            ).scalars()
        )

    def erased(self, conversation_id: str) -> None:
        """Note that the engine has forgotten it."""
        self._connection.execute(
            update(ConversationRow)
            .where(ConversationRow.conversation_id == conversation_id)
            .values(engine_epoch=_ERASED)
        )
