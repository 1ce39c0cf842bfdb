"""Conversations, their log, turns, buttons and pending commands."""

import sqlalchemy as sa
from alembic import op

from aftersale.store.column_types import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("storefront", sa.String(), nullable=False),
        sa.Column(
            "owner",
            sa.Enum(
                "bot",
                "queued",
                "human",
                "offline",
                "closed",
                name="owner",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("owner_version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("token_expires_at", UtcDateTime(), nullable=False),
        sa.Column("buyer_id", sa.String(), nullable=True),
        sa.Column("verified_by", sa.String(), nullable=True),
        sa.Column("verified_until", UtcDateTime(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("engine_epoch", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["buyers.buyer_id"], name=op.f("fk_conversations_buyer_id")
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_conversations")),
    )
    op.create_index(op.f("ix_conversations_buyer_id"), "conversations", ["buyer_id"], unique=False)


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "message",
                "turn_done",
                "typing",
                "owner",
                "notice",
                "csat",
                name="type",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "author",
            sa.Enum(
                "buyer",
                "bot",
                "agent",
                "seller",
                "system",
                name="author",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("client_msg_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_events_conversation_id"),
        ),
        sa.PrimaryKeyConstraint("conversation_id", "seq", name=op.f("pk_events")),
    )
    op.create_index(
        "one_message_per_client_id",
        "events",
        ["conversation_id", "client_msg_id"],
        unique=True,
        sqlite_where=sa.text("client_msg_id IS NOT NULL"),
        postgresql_where=sa.text("client_msg_id IS NOT NULL"),
    )


def _turns() -> None:
    op.create_table(
        "turns",
        sa.Column("turn_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "failed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("client_msg_id", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("input", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_turns_conversation_id"),
        ),
        sa.PrimaryKeyConstraint("turn_id", name=op.f("pk_turns")),
        sa.UniqueConstraint(
            "conversation_id", "client_msg_id", name=op.f("uq_turns_conversation_id_client_msg_id")
        ),
    )
    op.create_index(
        op.f("ix_turns_conversation_id_seq"), "turns", ["conversation_id", "seq"], unique=False
    )
    op.create_index(
        "open_turns",
        "turns",
        ["created_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'running')"),
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )


def _buttons() -> None:
    op.create_table(
        "buttons",
        sa.Column("button_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("intent", sa.String(), nullable=False),
        sa.Column("entities", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("uses_left", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_buttons_conversation_id"),
        ),
        sa.PrimaryKeyConstraint("button_id", name=op.f("pk_buttons")),
    )
    op.create_index(
        op.f("ix_buttons_conversation_id"), "buttons", ["conversation_id"], unique=False
    )


def _pending_commands() -> None:
    op.create_table(
        "pending_commands",
        sa.Column("command_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "cancel",
                "request_cancel",
                "contact_seller",
                "ask_hold",
                "open_case",
                "remind",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "done",
                "declined",
                "superseded",
                "undone",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("storefront", sa.String(), nullable=False),
        sa.Column("order_number", sa.String(), nullable=True),
        sa.Column("decision_id", sa.String(), nullable=True),
        sa.Column("order_version", sa.BigInteger(), nullable=True),
        sa.Column("terms_hash", sa.String(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("turn_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_pending_commands_conversation_id"),
        ),
        sa.PrimaryKeyConstraint("command_id", name=op.f("pk_pending_commands")),
    )
    op.create_index(
        op.f("ix_pending_commands_conversation_id_position"),
        "pending_commands",
        ["conversation_id", "position"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pending_commands_turn_id"), "pending_commands", ["turn_id"], unique=False
    )


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("decision_id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("storefront", sa.String(), nullable=False),
        sa.Column("order_number", sa.String(), nullable=True),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("policy_version", sa.String(), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("decision", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_decisions")),
    )
    op.create_index(
        op.f("ix_decisions_storefront_at"), "decisions", ["storefront", "at"], unique=False
    )


def upgrade() -> None:
    _conversations()
    _events()
    _turns()
    _buttons()
    _pending_commands()
    _decisions()


def downgrade() -> None:
    op.drop_table("decisions")
    op.drop_table("pending_commands")
    op.drop_table("buttons")
    op.drop_table("turns")
    op.drop_table("events")
    op.drop_table("conversations")
