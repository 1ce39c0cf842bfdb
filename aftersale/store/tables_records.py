"""Tables of what must be remembered: cases and their threads, promises, the audit trail."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from aftersale.domain.cases import CaseOwner, CaseState, CaseType
from aftersale.store.column_types import text_enum
from aftersale.store.tables_base import Base


class CaseRow(Base):
    """A numbered matter for a person."""

    __tablename__ = "cases"
    __table_args__ = (Index(None, "storefront", "created_at"),)

    number: Mapped[str] = mapped_column(primary_key=True)
    storefront: Mapped[str]
    type: Mapped[CaseType] = mapped_column(text_enum(CaseType, "type"))
    owner: Mapped[CaseOwner] = mapped_column(text_enum(CaseOwner, "owner"))
    state: Mapped[CaseState] = mapped_column(text_enum(CaseState, "state"))
    buyer_id: Mapped[str | None]
    order_number: Mapped[str | None]
    conversation_id: Mapped[str | None]
    subject: Mapped[str]
    created_at: Mapped[datetime]
    ack_due_by: Mapped[datetime | None]
    idempotency_key: Mapped[str | None] = mapped_column(unique=True)


class CaseEntryRow(Base):
    """One message in the thread of a case."""

    __tablename__ = "case_entries"

    entry_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    case_number: Mapped[str] = mapped_column(ForeignKey("cases.number"), index=True)
    at: Mapped[datetime]
    author: Mapped[str]
    text: Mapped[str]


class PromiseRow(Base):
    """Something a buyer was told would happen."""

    __tablename__ = "promises"

    promise_id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str | None] = mapped_column(index=True)
    storefront: Mapped[str]
    order_number: Mapped[str | None]
    code: Mapped[str]
    due_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    kept_at: Mapped[datetime | None]


class AuditRow(Base):
    """One change. Triggers refuse to change or delete a row of this table."""

    __tablename__ = "audit"

    audit_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    conversation_id: Mapped[str | None]
