"""Whole conversations in the database: wiped with every copy of what was said."""

from collections.abc import Callable, Collection, Sequence

from sqlalchemy import Connection, delete, or_, select, update

from aftersale.domain.cases import Role
from aftersale.domain.conversations import Closed, EventType
from aftersale.domain.requests import CommandState, OutboxState
from aftersale.store.tables import (
    AttachmentRow,
    ButtonRow,
    CaseEntryRow,
    CaseRow,
    CommandRow,
    ConversationRow,
    EventRow,
    OutboxEntryRow,
    RatingRow,
    TicketRow,
    TurnRow,
)

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
        self._void_commands(conversation_id)
        self._void_letters(conversation_id)
        messages = self._connection.execute(delete(EventRow).where(*told)).rowcount
        for row in (EventRow, TurnRow, ButtonRow, TicketRow):
            self._connection.execute(delete(row).where(row.conversation_id == conversation_id))
        return messages

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
