"""Tables of what agents write: messages that wait to leave, notes, mentions, marks of reading."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from aftersale.domain.desk_talk import AgentMessageState
from aftersale.store.column_types import text_enum
from aftersale.store.tables_base import Base

_OF_CONVERSATION = "conversations.conversation_id"
_WAITING = text("state = 'waiting'")


class AgentMessageRow(Base):
    """A message of an agent; `number` rises in the order of writing."""

    __tablename__ = "agent_messages"
    __table_args__ = (
        UniqueConstraint("message_id"),
        UniqueConstraint("conversation_id", "client_msg_id"),
        Index(
            "waiting_agent_messages",
            "send_at",
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
    )

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    message_id: Mapped[str]
    conversation_id: Mapped[str] = mapped_column(ForeignKey(_OF_CONVERSATION))
    user: Mapped[str]
    name: Mapped[str]
    picture: Mapped[str | None]
    client_msg_id: Mapped[str]
    text: Mapped[str]
    attachment_ids: Mapped[tuple[str, ...]]
    state: Mapped[AgentMessageState] = mapped_column(text_enum(AgentMessageState, "state"))
    created_at: Mapped[datetime]
    send_at: Mapped[datetime]
    seq: Mapped[int | None]


class NoteRow(Base):
    """A note of people at the desk; it is no event, so that no buyer's stream can hold it."""

    __tablename__ = "desk_notes"
    __table_args__ = (UniqueConstraint("note_id"), Index(None, "conversation_id", "number"))

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    note_id: Mapped[str]
    conversation_id: Mapped[str] = mapped_column(ForeignKey(_OF_CONVERSATION))
    storefront: Mapped[str]
    user: Mapped[str]
    name: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]


class MentionRow(Base):
    """Somebody who was named in a note."""

    __tablename__ = "desk_mentions"
    __table_args__ = (Index(None, "user", "seen_at"),)

    note_id: Mapped[str] = mapped_column(ForeignKey("desk_notes.note_id"), primary_key=True)
    user: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime | None]


class DeskReadRow(Base):
    """How far somebody at the desk has read a conversation."""

    __tablename__ = "desk_reads"

    conversation_id: Mapped[str] = mapped_column(ForeignKey(_OF_CONVERSATION), primary_key=True)
    user: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]
    at: Mapped[datetime]
