"""Tables of what buyers ask for: requests, refunds, links, commands, decisions, the outbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from aftersale.domain.requests import (
    CommandKind,
    CommandState,
    LinkPurpose,
    OutboxKind,
    OutboxState,
    RefundKind,
    RefundState,
    RequestKind,
    RequestState,
)
from aftersale.store.column_types import text_enum
from aftersale.store.tables_base import Base

_OF_ORDER = (["storefront", "order_number"], ["orders.storefront", "orders.number"])


class OrderRequestRow(Base):
    """A cancellation or hold request."""

    __tablename__ = "order_requests"
    __table_args__ = (
        ForeignKeyConstraint(*_OF_ORDER),
        Index(None, "storefront", "order_number"),
        Index(None, "state", "due_by"),
    )

    request_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[RequestKind] = mapped_column(text_enum(RequestKind, "kind"))
    state: Mapped[RequestState] = mapped_column(text_enum(RequestState, "state"))
    storefront: Mapped[str]
    order_number: Mapped[str]
    line_ids: Mapped[tuple[str, ...]]
    actor: Mapped[str]
    conversation_id: Mapped[str | None]
    created_at: Mapped[datetime]
    due_by: Mapped[datetime | None]
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    decision_id: Mapped[str | None]
    reason: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    case_number: Mapped[str | None]


class RequestLineRow(Base):
    """A line that a request covers. The index lets one cancellation be open for a line."""

    __tablename__ = "request_lines"
    __table_args__ = (
        Index(
            "one_open_cancellation",
            "storefront",
            "order_number",
            "line_id",
            unique=True,
            sqlite_where=text("open AND kind = 'cancellation'"),
            postgresql_where=text("open AND kind = 'cancellation'"),
        ),
    )

    request_id: Mapped[str] = mapped_column(
        ForeignKey("order_requests.request_id"), primary_key=True
    )
    line_id: Mapped[str] = mapped_column(primary_key=True)
    storefront: Mapped[str]
    order_number: Mapped[str]
    kind: Mapped[RequestKind] = mapped_column(text_enum(RequestKind, "kind"))
    open: Mapped[bool]


class RefundRow(Base):
    """A refund of captured money or the release of a hold."""

    __tablename__ = "refunds"
    __table_args__ = (
        ForeignKeyConstraint(*_OF_ORDER),
        Index(None, "storefront", "order_number"),
    )

    refund_id: Mapped[str] = mapped_column(primary_key=True)
    storefront: Mapped[str]
    order_number: Mapped[str]
    kind: Mapped[RefundKind] = mapped_column(text_enum(RefundKind, "kind"))
    state: Mapped[RefundState] = mapped_column(text_enum(RefundState, "state"))
    amount_minor: Mapped[int]
    currency: Mapped[str]
    destination: Mapped[str | None]
    created_at: Mapped[datetime]
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    confirmed_at: Mapped[datetime | None]
    provider_ref: Mapped[str | None]


class LinkRow(Base):
    """A one-time link; only the hash of its token is here."""

    __tablename__ = "one_time_links"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[LinkPurpose] = mapped_column(text_enum(LinkPurpose, "purpose"))
    subject_id: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    about: Mapped[str | None]


class CommandRow(Base):
    """Something shown to a buyer that waits for their yes."""

    __tablename__ = "pending_commands"
    __table_args__ = (Index(None, "conversation_id", "position"), Index(None, "done_at"))

    command_id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.conversation_id"))
    position: Mapped[int]  # rises inside the conversation: times alone may be equal
    kind: Mapped[CommandKind] = mapped_column(text_enum(CommandKind, "kind"))
    state: Mapped[CommandState] = mapped_column(text_enum(CommandState, "state"))
    storefront: Mapped[str]
    order_number: Mapped[str | None]
    decision_id: Mapped[str | None]
    order_version: Mapped[int | None]
    terms_hash: Mapped[str]
    terms: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]
    turn_id: Mapped[str | None] = mapped_column(index=True)  # named in the result


class DecisionRow(Base):
    """Every decision that was used, with the request and the facts, so it can be decided again."""

    __tablename__ = "decisions"
    __table_args__ = (Index(None, "storefront", "at"), Index(None, "conversation_id", "at"))

    decision_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    storefront: Mapped[str]
    order_number: Mapped[str | None]
    conversation_id: Mapped[str | None]
    outcome: Mapped[str]
    reason_code: Mapped[str]
    policy_version: Mapped[str]
    request: Mapped[dict[str, Any]]
    decision: Mapped[dict[str, Any]]


class OutboxEntryRow(Base):
    """An outside effect that waits to leave."""

    __tablename__ = "outbox"
    __table_args__ = (Index(None, "state", "not_before"),)

    outbox_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[OutboxKind] = mapped_column(text_enum(OutboxKind, "kind"))
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    payload: Mapped[dict[str, Any]]
    not_before: Mapped[datetime]
    created_at: Mapped[datetime]
    state: Mapped[OutboxState] = mapped_column(text_enum(OutboxState, "state"))
    attempts: Mapped[int]
    lease_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # when it was withdrawn
    last_error: Mapped[str | None]
