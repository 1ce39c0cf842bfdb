"""What is kept for a while only, in the database: found and deleted in small parts."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, cast, delete, exists, select
from sqlalchemy.orm import InstrumentedAttribute

from aftersale.domain.cases import Attachment
from aftersale.domain.channels import SendState
from aftersale.domain.conversations import Author
from aftersale.domain.requests import OutboxKind, OutboxState
from aftersale.services.ports_passing import Passing
from aftersale.store.rows import thing
from aftersale.store.tables import (
    AttachmentRow,
    ChannelEventRow,
    ChannelSendRow,
    DeskEventRow,
    EventRow,
    GuestCodeRow,
    LinkRow,
    OutboxEntryRow,
    ResetRequestRow,
    SecureNoteRow,
)

_PASSING_KINDS = (
    *(OutboxKind.PASSWORD_RESET, OutboxKind.GUEST_CODE, OutboxKind.LINK_CODE),
    OutboxKind.DESK,
)
_LEFT = (
    *(SendState.SENT, SendState.DELIVERED, SendState.READ),
    *(SendState.FAILED, SendState.WITHDRAWN, SendState.UNKNOWN),
)
_KEYS: dict[Passing, InstrumentedAttribute[Any]] = {
    Passing.RESETS: ResetRequestRow.reset_id,
    Passing.CODES: GuestCodeRow.code_id,
    Passing.LINKS: LinkRow.token_hash,
    Passing.NOTES: SecureNoteRow.note_id,
    Passing.EFFECTS: OutboxEntryRow.outbox_id,
    Passing.CALLBACKS: DeskEventRow.key,
    Passing.MESSAGES: ChannelEventRow.row,
    Passing.SENDS: ChannelSendRow.row,
}


class SqlPassingThings:
    """The `PassingThings` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def forget(self, what: Passing, *, over_before: datetime, limit: int) -> int:
        """Delete at most `limit` rows that were over before then; return how many."""
        key = _KEYS[what]
        over = select(key).where(*_over(what, over_before)).limit(limit)
        return self._connection.execute(delete(key.class_).where(key.in_(over))).rowcount

    def unused_files(self, sent_before: datetime, *, limit: int) -> Sequence[Attachment]:
        """Return attachments sent before then that neither a case nor a message names."""
        rows = self._connection.execute(
            select(AttachmentRow)
            .where(*_unused(sent_before))
            .order_by(AttachmentRow.created_at, AttachmentRow.attachment_id)
            .limit(limit)
        )
        return [thing(Attachment, row) for row in rows]

    def drop_file(self, attachment_id: str, *, sent_before: datetime) -> bool:
        """Delete the attachment's row if it is still unused; its file is the caller's."""
        done = self._connection.execute(
            delete(AttachmentRow).where(
                AttachmentRow.attachment_id == attachment_id, *_unused(sent_before)
            )
        )
        return done.rowcount == 1

    def named_files(self, stored_as: Collection[str]) -> set[str]:
        """Return which of these files some attachment names."""
        named = select(AttachmentRow.stored_as).where(AttachmentRow.stored_as.in_(stored_as))
        return set(self._connection.execute(named).scalars())

    def names_files(self) -> bool:
        """Tell whether any file is named at all."""
        return (
            self._connection.execute(select(AttachmentRow.stored_as).limit(1)).first() is not None
        )


def _over(what: Passing, before: datetime) -> tuple[ColumnElement[bool], ...]:
    over: dict[Passing, tuple[ColumnElement[bool], ...]] = {
        Passing.RESETS: (ResetRequestRow.asked_at < before,),
        Passing.CODES: (GuestCodeRow.expires_at < before,),
        # A used one too: until then its page still says that it was used.
        Passing.LINKS: (LinkRow.expires_at < before,),
        Passing.NOTES: (SecureNoteRow.created_at < before, SecureNoteRow.received_at.is_(None)),
        Passing.EFFECTS: (
            OutboxEntryRow.created_at < before,
            OutboxEntryRow.kind.in_(_PASSING_KINDS),
            OutboxEntryRow.state != OutboxState.PENDING,
        ),
        Passing.CALLBACKS: (DeskEventRow.received_at < before, DeskEventRow.due_at.is_(None)),
        Passing.MESSAGES: (
            ChannelEventRow.received_at < before,
            ChannelEventRow.due_at.is_(None),
        ),
        Passing.SENDS: (ChannelSendRow.created_at < before, ChannelSendRow.state.in_(_LEFT)),
    }
    return over[what]


def _unused(sent_before: datetime) -> tuple[Any, ...]:
    # A message names its attachments in its body; their ids are random and long.
    named = exists().where(
        EventRow.conversation_id == AttachmentRow.conversation_id,
        EventRow.author.in_((Author.BUYER, Author.AGENT)),
        cast(EventRow.body, String).contains(AttachmentRow.attachment_id),
    )
    return AttachmentRow.created_at < sent_before, AttachmentRow.case_number.is_(None), ~named
