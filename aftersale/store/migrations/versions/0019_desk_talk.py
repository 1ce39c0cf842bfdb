"""What agents write: messages that wait to leave, notes, mentions, marks of reading."""

import sqlalchemy as sa
from alembic import op

from aftersale.store.column_types import JsonTuple, UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

STATES = ("waiting", "sent", "undone", "refused")
_WAITING = sa.text("state = 'waiting'")
_OPEN = sa.text("closed_at IS NULL AND owner <> 'closed'")


def upgrade() -> None:
    """Make the tables, and the indexes that the desk's lists need."""
    _messages()
    _notes()
    op.create_table(
        "desk_reads",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        _of_conversation("desk_reads"),
        sa.PrimaryKeyConstraint("conversation_id", "user", name=op.f("pk_desk_reads")),
    )
    op.create_index(
        "open_conversations",
        "conversations",
        ["storefront", "active_at"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index(
        op.f("ix_decisions_conversation_id_at"), "decisions", ["conversation_id", "at"]
    )
    op.create_index(op.f("ix_cases_state_created_at"), "cases", ["state", "created_at"])


def _messages() -> None:
    kind = sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "agent_messages",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("picture", sa.String()),
        sa.Column("client_msg_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("attachment_ids", JsonTuple(), nullable=False),
        sa.Column("state", kind, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("send_at", UtcDateTime(), nullable=False),
        sa.Column("seq", sa.BigInteger()),
        _of_conversation("agent_messages"),
        sa.UniqueConstraint("message_id", name=op.f("uq_agent_messages_message_id")),
        sa.UniqueConstraint(
            "conversation_id",
            "client_msg_id",
            name=op.f("uq_agent_messages_conversation_id_client_msg_id"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_agent_messages")),
    )
    op.create_index(
        "waiting_agent_messages",
        "agent_messages",
        ["send_at"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )


def _notes() -> None:
    op.create_table(
        "desk_notes",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("note_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("storefront", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        _of_conversation("desk_notes"),
        sa.UniqueConstraint("note_id", name=op.f("uq_desk_notes_note_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_desk_notes")),
    )
    op.create_index(
        op.f("ix_desk_notes_conversation_id_number"), "desk_notes", ["conversation_id", "number"]
    )
    op.create_table(
        "desk_mentions",
        sa.Column("note_id", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("seen_at", UtcDateTime()),
        sa.ForeignKeyConstraint(
            ["note_id"], ["desk_notes.note_id"], name=op.f("fk_desk_mentions_note_id")
        ),
        sa.PrimaryKeyConstraint("note_id", "user", name=op.f("pk_desk_mentions")),
    )
    op.create_index(op.f("ix_desk_mentions_user_seen_at"), "desk_mentions", ["user", "seen_at"])


def _of_conversation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["conversation_id"],
        ["conversations.conversation_id"],
        name=op.f(f"fk_{table}_conversation_id"),
    )
