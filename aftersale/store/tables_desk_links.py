"""The tables about a desk that somebody else runs."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from aftersale.services.ports_desks import DeskStatus, LinkState
from aftersale.store.column_types import text_enum
from aftersale.store.tables_base import Base


class DeskLinkRow(Base):
    """A handoff and the desk's conversation that stands for it."""

    __tablename__ = "desk_links"
    __table_args__ = (Index(None, "state", "looked_at"),)

    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.handoff_id"), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.conversation_id"), index=True
    )
    state: Mapped[LinkState] = mapped_column(text_enum(LinkState, "state"))
    created_at: Mapped[datetime]
    ref: Mapped[str | None] = mapped_column(index=True)
    source: Mapped[str | None]
    noted_seq: Mapped[int]
    sent_seq: Mapped[int]
    sent_message: Mapped[int]
    seen_message: Mapped[int]
    looked_at: Mapped[datetime | None]
    status: Mapped[DeskStatus | None] = mapped_column(text_enum(DeskStatus, "status"))
    agent_ref: Mapped[str | None]
    agent_name: Mapped[str | None]
    told_until: Mapped[datetime | None]


class DeskMessageRow(Base):
    """A line that crossed, in either direction; its key makes it cross once."""

    __tablename__ = "desk_messages"
    __table_args__ = (Index(None, "handoff_id", "seq"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    handoff_id: Mapped[str] = mapped_column(ForeignKey("desk_links.handoff_id"))
    at: Mapped[datetime]
    seq: Mapped[int | None]
    message: Mapped[int | None]


class DeskEventRow(Base):
    """What the desk told and nobody has worked off yet; afterwards only its key is kept."""

    __tablename__ = "desk_events"
    __table_args__ = (Index(None, "due_at", "event_id"),)

    event_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(unique=True)
    ref: Mapped[str]
    received_at: Mapped[datetime]
    body: Mapped[dict[str, Any]]
    failures: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[datetime | None]  # None: worked off
