"""Tables of conversations: the log, the turns that answer it, the buttons that were offered."""

from datetime import datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from aftersale.domain.channels import LinkLevel
from aftersale.domain.conversations import Author, Closed, EventType, Owner, TurnState
from aftersale.store.column_types import text_enum
from aftersale.store.tables_base import Base

_OF_CONVERSATION = "conversations.conversation_id"


class ConversationRow(Base):
    """One conversation; `last_seq` numbers its events without gaps."""

    __tablename__ = "conversations"
    __table_args__ = (
        Index(
            "open_conversations",
            "storefront",
            "active_at",
            sqlite_where=text("closed_at IS NULL AND owner <> 'closed'"),
            postgresql_where=text("closed_at IS NULL AND owner <> 'closed'"),
        ),
    )

    conversation_id: Mapped[str] = mapped_column(primary_key=True)
    storefront: Mapped[str]
    owner: Mapped[Owner] = mapped_column(text_enum(Owner, "owner"))
    owner_version: Mapped[int]
    created_at: Mapped[datetime]
    token_hash: Mapped[str]
    token_expires_at: Mapped[datetime]
    buyer_id: Mapped[str | None] = mapped_column(ForeignKey("buyers.buyer_id"), index=True)
    verified_by: Mapped[str | None]
    verified_until: Mapped[datetime | None]
    timezone: Mapped[str]
    locale: Mapped[str]
    closed_at: Mapped[datetime | None]
    closed_as: Mapped[Closed | None] = mapped_column(text_enum(Closed, "closed_as"))
    engine_epoch: Mapped[int]
    guest_order: Mapped[str | None]
    guest_until: Mapped[datetime | None]
    opened_from: Mapped[str | None]
    channel: Mapped[str] = mapped_column(server_default="chat")
    heard_at: Mapped[datetime | None]
    linked: Mapped[LinkLevel | None] = mapped_column(text_enum(LinkLevel, "linked"))
    last_seq: Mapped[int] = mapped_column(server_default="0")
    news_seq: Mapped[int] = mapped_column(server_default="0")  # of what was told unasked last
    seen_seq: Mapped[int] = mapped_column(server_default="0")  # of such news that was fetched
    read_seq: Mapped[int] = mapped_column(server_default="0")  # up to which the buyer has read
    active_at: Mapped[datetime | None] = mapped_column(index=True)  # when its last event came


class EventRow(Base):
    """One entry of the log. `client_msg_id` is set on buyer messages, once each."""

    __tablename__ = "events"
    __table_args__ = (
        Index(
            "one_message_per_client_id",
            "conversation_id",
            "client_msg_id",
            unique=True,
            sqlite_where=text("client_msg_id IS NOT NULL"),
            postgresql_where=text("client_msg_id IS NOT NULL"),
        ),
    )

    conversation_id: Mapped[str] = mapped_column(ForeignKey(_OF_CONVERSATION), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    type: Mapped[EventType] = mapped_column(text_enum(EventType, "type"))
    author: Mapped[Author] = mapped_column(text_enum(Author, "author"))
    at: Mapped[datetime]
    body: Mapped[dict[str, Any]]
    client_msg_id: Mapped[str | None]


class TurnRow(Base):
    """Work owed for one buyer message, leased to one worker at a time."""

    __tablename__ = "turns"
    __table_args__ = (
        UniqueConstraint("conversation_id", "client_msg_id"),
        Index(None, "conversation_id", "seq"),
        Index(None, "created_at"),
        Index(
            "open_turns",
            "created_at",
            sqlite_where=text("state IN ('waiting', 'running')"),
            postgresql_where=text("state IN ('waiting', 'running')"),
        ),
    )

    turn_id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey(_OF_CONVERSATION))
    seq: Mapped[int]
    state: Mapped[TurnState] = mapped_column(text_enum(TurnState, "state"))
    fence: Mapped[int]
    client_msg_id: Mapped[str]
    created_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    input: Mapped[dict[str, Any]]
    intent: Mapped[str | None]  # how the message was understood
    confidence: Mapped[float | None] = mapped_column(Float)
    said: Mapped[str | None]  # names of the responses of the answer, divided by spaces
    answered_at: Mapped[datetime | None]


class ButtonRow(Base):
    """A button the server offered; buyers send only its id."""

    __tablename__ = "buttons"

    button_id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey(_OF_CONVERSATION), index=True)
    title: Mapped[str]
    intent: Mapped[str]
    entities: Mapped[dict[str, str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    uses_left: Mapped[int] = mapped_column(Integer)


class TicketRow(Base):
    """What opens one socket: gone when it was used."""

    __tablename__ = "socket_tickets"

    ticket_hash: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey(_OF_CONVERSATION), index=True)
    session_hash: Mapped[str]
    expires_at: Mapped[datetime]
    session_until: Mapped[datetime]
