"""Tables of what people at the desk do: proposals, blocked buyers, notes on cases."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from aftersale.domain.acting import AgentAsk, ProposalState
from aftersale.store.column_types import text_enum
from aftersale.store.tables_base import Base


class ProposalRow(Base):
    """What an agent was shown and may confirm."""

    __tablename__ = "desk_proposals"
    __table_args__ = (
        ForeignKeyConstraint(
            ["storefront", "order_number"], ["orders.storefront", "orders.number"]
        ),
        Index(None, "storefront", "order_number"),
    )

    proposal_id: Mapped[str] = mapped_column(primary_key=True)
    storefront: Mapped[str]
    order_number: Mapped[str]
    ask: Mapped[AgentAsk] = mapped_column(text_enum(AgentAsk, "ask"))
    by: Mapped[str]
    state: Mapped[ProposalState] = mapped_column(text_enum(ProposalState, "state"))
    wish: Mapped[dict[str, Any]]
    terms: Mapped[dict[str, Any]]
    terms_hash: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    conversation_id: Mapped[str | None]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]
    override_reason: Mapped[str | None]
    result: Mapped[dict[str, Any] | None]


class BlockRow(Base):
    """A buyer whose new messages are not taken."""

    __tablename__ = "blocked_buyers"

    buyer_id: Mapped[str] = mapped_column(ForeignKey("buyers.buyer_id"), primary_key=True)
    storefront: Mapped[str]
    reason: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
    until: Mapped[datetime | None]


class CaseNoteRow(Base):
    """A word among colleagues about a case."""

    __tablename__ = "case_notes"

    note_id: Mapped[str] = mapped_column(primary_key=True)
    case_number: Mapped[str] = mapped_column(ForeignKey("cases.number"), index=True)
    at: Mapped[datetime]
    by: Mapped[str]
    text: Mapped[str]
