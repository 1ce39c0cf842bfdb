"""Cases with a problem and an independent review; photos; new kinds of things."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from aftersale.store.column_types import JsonTuple, UtcDateTime
from aftersale.store.migrations.altering import add_checked, allow_values

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TYPES = (
    *("cancellation_review", "refund_request", "ticket", "person_wanted", "shop_refused"),
    *("late_agreement", "payment_refused", "problem", "return_request", "reimbursement"),
    *("seller_unreachable", "payment_proof", "intervention", "launch_approval"),
    "unknown_effect",
)
_STATES = ("open", "acknowledged", "waiting_for_buyer", "decided", "escalated", "closed")
_ISSUES = (
    *("delay", "not_received", "wrong_item", "damaged", "defective", "missing", "delivery"),
    *("payment", "payment_proof", "pickup", "refund", "out_of_stock", "other"),
)
_RESOLUTIONS = ("refund", "replacement", "return", "repair", "other", "none")
_EVIDENCE = ("given", "cannot", "skipped", "not_asked")
_VERDICTS = ("accepted", "partly", "declined")
_ROLES = ("buyer", "seller", "leader", "platform", "reviewer", "bot")
_COMMANDS = (
    *("cancel", "request_cancel", "contact_seller", "ask_hold", "open_case", "remind"),
    *("send_letter", "report_problem", "request_return", "escalate_case", "report_bounce"),
    *("ask_reimbursement", "ask_intervention"),
)
_LINKS = (
    *("answer_cancellation", "answer_hold", "answer_letter", "answer_outreach", "answer_case"),
    *("reset_password", "secure_data", "return_to_chat"),
)
_OUTBOX_STATES = ("pending", "done", "dead", "withdrawn", "unknown")
_REFUND_STATES = ("pending", "confirmed", "refused", "unknown", "reversed")
_MOMENTS = (
    *("ack_at", "first_line_due_by", "info_due_by", "decided_at", "escalated_at", "reviewed_at"),
    *("stepped_in_at", "closed_at"),
)


def _add(table: str, name: str, kind: sa.types.TypeEngine[Any]) -> None:
    op.add_column(table, sa.Column(name, kind, nullable=True))


def _case_columns() -> None:
    op.add_column(
        "cases", sa.Column("channel", sa.String(), server_default="chat", nullable=False)
    )
    op.add_column("cases", sa.Column("line_ids", JsonTuple(), server_default="[]", nullable=False))
    add_checked("cases", "issue", _ISSUES)
    add_checked("cases", "resolution", _RESOLUTIONS)
    add_checked("cases", "evidence", _EVIDENCE, default="not_asked")
    add_checked("cases", "verdict", _VERDICTS)
    add_checked("cases", "review_verdict", _VERDICTS)
    for name in ("item", "description", "info_asked", "verdict_code", "decided_by"):
        _add("cases", name, sa.String())
    _add("cases", "escalation_reason", sa.String())
    for name in _MOMENTS:
        _add("cases", name, UtcDateTime())
    op.execute(
        "ALTER TABLE cases ADD COLUMN reviewer VARCHAR "
        "CONSTRAINT ck_cases_independent_review CHECK (reviewer <> decided_by)"
    )
    op.create_index(op.f("ix_cases_buyer_id"), "cases", ["buyer_id"])


def _entry_columns() -> None:
    add_checked("case_entries", "role", _ROLES, default="bot")
    _add("case_entries", "entry_key", sa.String())
    # An index, as SQLite adds no unique constraint to a table that is there.
    op.create_index(op.f("uq_case_entries_entry_key"), "case_entries", ["entry_key"], unique=True)


def _attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("attachment_id", sa.String(), nullable=False),
        sa.Column("storefront", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("stored_as", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("case_number", sa.String(), nullable=True),
        sa.Column("width", sa.BigInteger(), nullable=True),
        sa.Column("height", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_number"], ["cases.number"], name=op.f("fk_attachments_case_number")
        ),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_attachments")),
    )
    for column in ("conversation_id", "case_number"):
        op.create_index(op.f(f"ix_attachments_{column}"), "attachments", [column])


def upgrade() -> None:
    allow_values("cases", "type", _TYPES)
    allow_values("cases", "state", _STATES)
    allow_values("pending_commands", "kind", _COMMANDS)
    allow_values("one_time_links", "purpose", _LINKS)
    allow_values("outbox", "state", _OUTBOX_STATES)
    allow_values("refunds", "state", _REFUND_STATES)
    _case_columns()
    _entry_columns()
    _attachments()
