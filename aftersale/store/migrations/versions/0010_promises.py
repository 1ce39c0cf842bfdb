"""Promises, launch approvals, confidential notes and what the payment provider said."""

import sqlalchemy as sa
from alembic import op

from aftersale.store.column_types import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _secure_notes() -> None:
    op.create_table(
        "secure_notes",
        sa.Column("note_id", sa.String(), nullable=False),
        sa.Column("storefront", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("order_number", sa.String(), nullable=True),
        sa.Column("case_number", sa.String(), nullable=True),
        sa.Column("sealed", sa.String(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_secure_notes_conversation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["case_number"], ["cases.number"], name=op.f("fk_secure_notes_case_number")
        ),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_secure_notes")),
    )
    op.create_index(op.f("ix_secure_notes_case_number"), "secure_notes", ["case_number"])


def _provider_events() -> None:
    op.create_table(
        "provider_events",
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_provider_events")),
    )


def upgrade() -> None:
    _secure_notes()
    _provider_events()
    op.create_index(op.f("ix_orders_provider_ref"), "orders", ["provider_ref"])
