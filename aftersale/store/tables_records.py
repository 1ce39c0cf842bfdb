"""Tables of what must be remembered: cases and their threads, promises, the audit trail."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from aftersale.domain.cases import (
    CaseOwner,
    CaseState,
    CaseType,
    CaseVerdict,
    Evidence,
    IssueType,
    Resolution,
    Role,
)
from aftersale.store.column_types import text_enum
from aftersale.store.tables_base import Base


class CaseRow(Base):
    """A numbered matter for a person."""

    __tablename__ = "cases"
    __table_args__ = (
        Index(None, "storefront", "created_at"),
        Index(None, "buyer_id"),
        Index(None, "conversation_id"),
        Index(None, "state", "created_at"),
        CheckConstraint("reviewer <> decided_by", name="independent_review"),
    )

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
    channel: Mapped[str]
    issue: Mapped[IssueType | None] = mapped_column(text_enum(IssueType, "issue"))
    line_ids: Mapped[tuple[str, ...]]
    item: Mapped[str | None]
    description: Mapped[str | None]
    resolution: Mapped[Resolution | None] = mapped_column(text_enum(Resolution, "resolution"))
    evidence: Mapped[Evidence] = mapped_column(text_enum(Evidence, "evidence"))
    ack_at: Mapped[datetime | None]
    first_line_due_by: Mapped[datetime | None]
    info_asked: Mapped[str | None]
    info_due_by: Mapped[datetime | None]
    verdict: Mapped[CaseVerdict | None] = mapped_column(text_enum(CaseVerdict, "verdict"))
    verdict_code: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    escalation_reason: Mapped[str | None]
    review_verdict: Mapped[CaseVerdict | None] = mapped_column(
        text_enum(CaseVerdict, "review_verdict")
    )
    reviewer: Mapped[str | None]
    reviewed_at: Mapped[datetime | None]
    stepped_in_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    assignee: Mapped[str | None]


class CaseEntryRow(Base):
    """One message in the thread of a case."""

    __tablename__ = "case_entries"
    __table_args__ = (Index("uq_case_entries_entry_key", "entry_key", unique=True),)

    entry_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    case_number: Mapped[str] = mapped_column(ForeignKey("cases.number"), index=True)
    at: Mapped[datetime]
    author: Mapped[str]
    text: Mapped[str]
    role: Mapped[Role] = mapped_column(text_enum(Role, "role"))
    entry_key: Mapped[str | None]


class AttachmentRow(Base):
    """A checked photo or document; the file lies below the uploads folder."""

    __tablename__ = "attachments"

    attachment_id: Mapped[str] = mapped_column(primary_key=True)
    storefront: Mapped[str]
    conversation_id: Mapped[str] = mapped_column(index=True)
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    stored_as: Mapped[str]
    created_at: Mapped[datetime]
    purpose: Mapped[str]
    case_number: Mapped[str | None] = mapped_column(ForeignKey("cases.number"), index=True)
    width: Mapped[int | None]
    height: Mapped[int | None]


class PromiseRow(Base):
    """Something a buyer was told would happen."""

    __tablename__ = "promises"

    promise_id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str | None] = mapped_column(index=True)
    storefront: Mapped[str]
    order_number: Mapped[str | None]
    code: Mapped[str]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    made_at: Mapped[datetime]
    kept_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]


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
