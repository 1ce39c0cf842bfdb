"""The tables about messengers: chats there, what came in, what goes out, whose they are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from aftersale.domain.channels import Channel, Choice, LinkLevel, SendState
from aftersale.store.column_types import text_enum
from aftersale.store.tables_base import Base

_OF_THREAD = "channel_threads.thread_id"
_WAITS = text("due_at IS NOT NULL")
_NOT_OVER = text("state IN ('pending', 'held', 'sending', 'unknown')")
_HOLDS = text("revoked_at IS NULL")


class Choices(TypeDecorator[tuple[Choice, ...]]):
    """What a message offered, kept as a list of ids and titles."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Sequence[Choice] | None, dialect: Dialect) -> Any:  # noqa: ARG002 -- SQLAlchemy's signature
        """Write pairs."""
        return [[each.button_id, each.title] for each in value or ()]

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Choice, ...]:  # noqa: ARG002 -- SQLAlchemy's signature
        """Read pairs."""
        return tuple(Choice(*each) for each in value)


class ChannelThreadRow(Base):
    """One chat at a provider."""

    __tablename__ = "channel_threads"
    __table_args__ = (UniqueConstraint("account", "address"),)

    thread_id: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str]
    channel: Mapped[Channel] = mapped_column(text_enum(Channel, "channel"))
    address: Mapped[str]
    storefront: Mapped[str]
    created_at: Mapped[datetime]
    conversation_id: Mapped[str | None] = mapped_column(
        ForeignKey("conversations.conversation_id"), index=True
    )
    sender: Mapped[str]
    name: Mapped[str]
    language: Mapped[str]
    heard_at: Mapped[datetime | None]
    heard: Mapped[str | None]
    noted_seq: Mapped[int]
    choices: Mapped[tuple[Choice, ...]] = mapped_column(Choices())
    shown_at: Mapped[datetime | None]
    unreachable_at: Mapped[datetime | None]
    quiet_until: Mapped[datetime | None]
    topic: Mapped[str]
    leased_until: Mapped[datetime | None]  # while somebody works off its events


class ChannelEventRow(Base):
    """What came in; once it is worked off, only its id and hash are kept."""

    __tablename__ = "channel_events"
    __table_args__ = (
        UniqueConstraint("account", "event_id"),
        Index(None, "account", "order"),
        Index(None, "received_at"),
        Index(
            "waiting_channel_events",
            "thread_id",
            "due_at",
            sqlite_where=_WAITS,
            postgresql_where=_WAITS,
        ),
    )

    row: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    account: Mapped[str]
    event_id: Mapped[str]
    thread_id: Mapped[str] = mapped_column(ForeignKey(_OF_THREAD))
    received_at: Mapped[datetime]
    at: Mapped[datetime]
    order: Mapped[int | None]
    hash: Mapped[str]
    body: Mapped[dict[str, Any]]
    failures: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[datetime | None]  # None: worked off


class ChannelSendRow(Base):
    """A message of ours on its way; rows of a thread leave in their order."""

    __tablename__ = "channel_sends"
    __table_args__ = (
        UniqueConstraint("thread_id", "conversation_id", "seq", "part"),
        Index(None, "conversation_id", "seq"),
        Index(None, "created_at"),
        Index(
            "open_channel_sends",
            "thread_id",
            "row",
            sqlite_where=_NOT_OVER,
            postgresql_where=_NOT_OVER,
        ),
    )

    row: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    send_id: Mapped[str] = mapped_column(unique=True)
    thread_id: Mapped[str] = mapped_column(ForeignKey(_OF_THREAD))
    conversation_id: Mapped[str]  # no key: empty for a word outside of any conversation
    seq: Mapped[int]
    part: Mapped[int] = mapped_column(Integer)
    state: Mapped[SendState] = mapped_column(text_enum(SendState, "state"))
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    options: Mapped[tuple[Choice, ...]] = mapped_column(Choices())
    attempts: Mapped[int] = mapped_column(Integer)
    ref: Mapped[str | None] = mapped_column(index=True)
    code: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    is_template: Mapped[bool]
    lapsed: Mapped[bool]
    claimed_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]


class ChannelLinkRow(Base):
    """A chat that counts as a buyer's; one at a time."""

    __tablename__ = "channel_links"
    __table_args__ = (
        Index(None, "storefront", "buyer_id"),
        Index(
            "one_link_per_thread",
            "thread_id",
            unique=True,
            sqlite_where=_HOLDS,
            postgresql_where=_HOLDS,
        ),
    )

    link_id: Mapped[str] = mapped_column(primary_key=True)
    thread_id: Mapped[str] = mapped_column(ForeignKey(_OF_THREAD))
    storefront: Mapped[str]
    buyer_id: Mapped[str] = mapped_column(ForeignKey("buyers.buyer_id"))
    level: Mapped[LinkLevel] = mapped_column(text_enum(LinkLevel, "level"))
    linked_at: Mapped[datetime]
    until: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ChannelCursorRow(Base):
    """Where the next look at an account begins."""

    __tablename__ = "channel_cursors"

    account: Mapped[str] = mapped_column(primary_key=True)
    cursor: Mapped[str | None]
