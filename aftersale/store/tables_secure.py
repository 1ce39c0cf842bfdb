"""Tables of what comes from outside the chat: confidential words, and the provider's events."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from aftersale.store.tables_base import Base


class SecureNoteRow(Base):
    """Confidential words, encrypted, apart from the conversation."""

    __tablename__ = "secure_notes"
    __table_args__ = (Index(None, "case_number"),)

    note_id: Mapped[str] = mapped_column(primary_key=True)
    storefront: Mapped[str]
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.conversation_id"))
    created_at: Mapped[datetime]
    order_number: Mapped[str | None]
    case_number: Mapped[str | None] = mapped_column(ForeignKey("cases.number"))
    sealed: Mapped[str | None]
    received_at: Mapped[datetime | None]


class ProviderEventRow(Base):
    """An event of the payment provider that was taken, so that it is taken once."""

    __tablename__ = "provider_events"

    event_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    received_at: Mapped[datetime]
