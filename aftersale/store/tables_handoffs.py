"""The table of handoffs."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from aftersale.domain.handoffs import HandoffEnd, HandoffReason, HandoffState
from aftersale.store.column_types import text_enum
from aftersale.store.tables_base import Base

_OPEN = text("state IN ('waiting', 'claimed')")


class HandoffRow(Base):
    """One way to a person; a conversation has one open at most."""

    __tablename__ = "handoffs"
    __table_args__ = (
        Index(
            "one_open_handoff",
            "conversation_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(None, "conversation_id", "asked_at"),
        Index(None, "state", "asked_at"),
    )

    handoff_id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.conversation_id"))
    storefront: Mapped[str]
    reason: Mapped[HandoffReason] = mapped_column(text_enum(HandoffReason, "reason"))
    state: Mapped[HandoffState] = mapped_column(text_enum(HandoffState, "state"))
    asked_at: Mapped[datetime]
    language: Mapped[str]
    channel: Mapped[str]
    words: Mapped[str]
    claim_by: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    first_answer_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[HandoffEnd | None] = mapped_column(text_enum(HandoffEnd, "ended_as"))
    agent: Mapped[str | None]
    team: Mapped[str | None]
    case_number: Mapped[str | None]
    order_number: Mapped[str | None]
    order_value_minor: Mapped[int | None]
    currency: Mapped[str | None]
    snoozed_until: Mapped[datetime | None]
    offered_at: Mapped[datetime | None]
    engine_told_at: Mapped[datetime | None]
    disposition: Mapped[str | None]
    outcome: Mapped[str | None]
    transfers: Mapped[int]
    place_told: Mapped[int | None]


class AgentSeenRow(Base):
    """When an agent's desk was heard of last, whatever it said."""

    __tablename__ = "agents_seen"

    agent: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
