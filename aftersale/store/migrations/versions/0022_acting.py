"""What people at the desk do: proposals, blocked buyers, notes on cases, whose case it is."""

import sqlalchemy as sa
from alembic import op

from aftersale.store.column_types import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ASKS = (
    "cancel",
    "refund",
    "release",
    "hold",
    "return",
    "replacement",
    "reimburse",
    "contact_seller",
)
STATES = ("open", "done")


def upgrade() -> None:
    """Make the tables."""
    op.add_column("cases", sa.Column("assignee", sa.String()))
    _proposals()
    op.create_table(
        "blocked_buyers",
        sa.Column("buyer_id", sa.String(), nullable=False),
        sa.Column("storefront", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime()),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["buyers.buyer_id"], name=op.f("fk_blocked_buyers_buyer_id")
        ),
        sa.PrimaryKeyConstraint("buyer_id", name=op.f("pk_blocked_buyers")),
    )
    op.create_table(
        "case_notes",
        sa.Column("note_id", sa.String(), nullable=False),
        sa.Column("case_number", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_number"], ["cases.number"], name=op.f("fk_case_notes_case_number")
        ),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_case_notes")),
    )
    op.create_index(op.f("ix_case_notes_case_number"), "case_notes", ["case_number"])


def _proposals() -> None:
    op.create_table(
        "desk_proposals",
        sa.Column("proposal_id", sa.String(), nullable=False),
        sa.Column("storefront", sa.String(), nullable=False),
        sa.Column("order_number", sa.String(), nullable=False),
        _one_of("ask", ASKS),
        sa.Column("by", sa.String(), nullable=False),
        _one_of("state", STATES),
        sa.Column("wish", sa.JSON(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("terms_hash", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("conversation_id", sa.String()),
        sa.Column("done_at", UtcDateTime()),
        sa.Column("done_by", sa.String()),
        sa.Column("override_reason", sa.String()),
        sa.Column("result", sa.JSON()),
        sa.ForeignKeyConstraint(
            ["storefront", "order_number"],
            ["orders.storefront", "orders.number"],
            name=op.f("fk_desk_proposals_storefront_order_number"),
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_desk_proposals")),
    )
    op.create_index(
        op.f("ix_desk_proposals_storefront_order_number"),
        "desk_proposals",
        ["storefront", "order_number"],
    )


def _one_of(name: str, values: tuple[str, ...]) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kind, nullable=False)
