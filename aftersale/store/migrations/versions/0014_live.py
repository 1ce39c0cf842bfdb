"""Live connections: tickets, how far a buyer has read, when a conversation was last active."""

import sqlalchemy as sa
from alembic import op

from aftersale.store.column_types import UtcDateTime
from aftersale.store.migrations.altering import add_checked, allow_values

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

EVENT_TYPES = ("message", "turn_done", "typing", "owner", "notice", "csat", "read")
LAST_EVENT = (
    "SELECT max(at) FROM events WHERE events.conversation_id = conversations.conversation_id"
)


def upgrade() -> None:
    """Make the table and the columns; what is there was active when its last event came."""
    op.create_table(
        "socket_tickets",
        sa.Column("ticket_hash", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("session_hash", sa.String(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("session_until", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_socket_tickets_conversation_id"),
        ),
        sa.PrimaryKeyConstraint("ticket_hash", name=op.f("pk_socket_tickets")),
    )
    op.create_index(
        op.f("ix_socket_tickets_conversation_id"), "socket_tickets", ["conversation_id"]
    )
    allow_values("events", "type", EVENT_TYPES)
    op.add_column(
        "conversations", sa.Column("read_seq", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.add_column("conversations", sa.Column("active_at", UtcDateTime()))
    op.create_index(op.f("ix_conversations_active_at"), "conversations", ["active_at"])
    add_checked("conversations", "closed_as", ("ended", "idle", "deleted"))
    op.execute("UPDATE conversations SET closed_as = 'ended' WHERE closed_at IS NOT NULL")
    op.execute(f"UPDATE conversations SET active_at = COALESCE(({LAST_EVENT}), created_at)")  # noqa: S608
