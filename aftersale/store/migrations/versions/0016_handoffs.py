"""Handoffs: every way of a buyer to a person."""

import sqlalchemy as sa
from alembic import op

from aftersale.store.column_types import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

REASONS = ("asked", "stuck", "anger", "policy", "trouble", "taken_over", "started")
STATES = ("waiting", "claimed", "ended", "missed")
ENDS = ("returned", "left", "closed", "asked_again")
_OPEN = sa.text("state IN ('waiting', 'claimed')")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "handoffs",
        sa.Column("handoff_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("storefront", sa.String(), nullable=False),
        _one_of("reason", REASONS),
        _one_of("state", STATES),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("claim_by", UtcDateTime()),
        sa.Column("claimed_at", UtcDateTime()),
        sa.Column("first_answer_at", UtcDateTime()),
        sa.Column("ended_at", UtcDateTime()),
        _one_of("ended_as", ENDS, nullable=True),
        sa.Column("agent", sa.String()),
        sa.Column("team", sa.String()),
        sa.Column("case_number", sa.String()),
        sa.Column("order_number", sa.String()),
        sa.Column("order_value_minor", sa.BigInteger()),
        sa.Column("currency", sa.String()),
        sa.Column("snoozed_until", UtcDateTime()),
        sa.Column("offered_at", UtcDateTime()),
        sa.Column("engine_told_at", UtcDateTime()),
        sa.Column("disposition", sa.String()),
        sa.Column("outcome", sa.String()),
        sa.Column("transfers", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_handoffs_conversation_id"),
        ),
        sa.PrimaryKeyConstraint("handoff_id", name=op.f("pk_handoffs")),
    )
    op.create_index(
        "one_open_handoff",
        "handoffs",
        ["conversation_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index(
        op.f("ix_handoffs_conversation_id_asked_at"), "handoffs", ["conversation_id", "asked_at"]
    )
    op.create_index(op.f("ix_handoffs_state_asked_at"), "handoffs", ["state", "asked_at"])


def _one_of(name: str, values: tuple[str, ...], *, nullable: bool = False) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kind, nullable=nullable)
