"""A desk that somebody else runs: what stands for a handoff there, and what crossed."""

import sqlalchemy as sa
from alembic import op

from aftersale.store.column_types import UtcDateTime
from aftersale.store.migrations.altering import allow_values

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

STATES = ("opening", "open", "ended", "lost")
STATUSES = ("open", "pending", "snoozed", "resolved")
_OUTBOX = (
    *("shop.cancel", "payment.refund", "payment.release", "mail"),
    *("account.password_reset", "account.guest_code", "desk.sync"),
)


def upgrade() -> None:
    """Make the tables."""
    _links()
    _messages()
    _events()
    allow_values("outbox", "kind", _OUTBOX)


def _links() -> None:
    op.create_table(
        "desk_links",
        sa.Column("handoff_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        _one_of("state", STATES),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ref", sa.String()),
        sa.Column("source", sa.String()),
        sa.Column("noted_seq", sa.BigInteger(), nullable=False),
        sa.Column("sent_seq", sa.BigInteger(), nullable=False),
        sa.Column("sent_message", sa.BigInteger(), nullable=False),
        sa.Column("seen_message", sa.BigInteger(), nullable=False),
        sa.Column("looked_at", UtcDateTime()),
        _one_of("status", STATUSES, nullable=True),
        sa.Column("agent_ref", sa.String()),
        sa.Column("agent_name", sa.String()),
        sa.Column("told_until", UtcDateTime()),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.handoff_id"], name=op.f("fk_desk_links_handoff_id")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_desk_links_conversation_id"),
        ),
        sa.PrimaryKeyConstraint("handoff_id", name=op.f("pk_desk_links")),
    )
    op.create_index(op.f("ix_desk_links_conversation_id"), "desk_links", ["conversation_id"])
    op.create_index(op.f("ix_desk_links_ref"), "desk_links", ["ref"])
    op.create_index(op.f("ix_desk_links_state_looked_at"), "desk_links", ["state", "looked_at"])


def _messages() -> None:
    op.create_table(
        "desk_messages",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("handoff_id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("seq", sa.BigInteger()),
        sa.Column("message", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["desk_links.handoff_id"], name=op.f("fk_desk_messages_handoff_id")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_desk_messages")),
    )
    op.create_index(
        op.f("ix_desk_messages_handoff_id_seq"), "desk_messages", ["handoff_id", "seq"]
    )


def _events() -> None:
    op.create_table(
        "desk_events",
        sa.Column("event_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_desk_events")),
        sa.UniqueConstraint("key", name=op.f("uq_desk_events_key")),
    )
    op.create_index(op.f("ix_desk_events_due_at_event_id"), "desk_events", ["due_at", "event_id"])


def _one_of(name: str, values: tuple[str, ...], *, nullable: bool = False) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kind, nullable=nullable)
