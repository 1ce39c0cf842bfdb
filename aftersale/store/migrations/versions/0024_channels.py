"""Messengers: the chats there, what came in, what goes out, and whose a chat is."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

from aftersale.store.column_types import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

CHANNELS = ("chat", "whatsapp", "telegram", "email", "matrix")
STATES = (
    *("pending", "held", "sending", "unknown", "sent"),
    *("delivered", "read", "failed", "withdrawn"),
)
LEVELS = ("code", "shop")


def upgrade() -> None:
    """Make the tables; every conversation there is was held in the chat."""
    op.add_column(
        "conversations", sa.Column("channel", sa.String(), server_default="chat", nullable=False)
    )
    op.add_column("conversations", sa.Column("heard_at", UtcDateTime(), nullable=True))
    _threads()
    _events()
    _sends()
    _links()
    op.create_table(
        "channel_cursors",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("cursor", sa.String()),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_channel_cursors")),
    )


def _threads() -> None:
    op.create_table(
        "channel_threads",
        sa.Column("thread_id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        _one_of("channel", CHANNELS),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("storefront", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("conversation_id", sa.String()),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("heard_at", UtcDateTime()),
        sa.Column("heard", sa.String()),
        sa.Column("noted_seq", sa.BigInteger(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("shown_at", UtcDateTime()),
        sa.Column("unreachable_at", UtcDateTime()),
        sa.Column("quiet_until", UtcDateTime()),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("leased_until", UtcDateTime()),
        *_keys("channel_threads", "thread_id", conversation_id="conversations.conversation_id"),
        sa.UniqueConstraint("account", "address", name=op.f("uq_channel_threads_account_address")),
    )
    op.create_index(
        op.f("ix_channel_threads_conversation_id"), "channel_threads", ["conversation_id"]
    )


def _events() -> None:
    op.create_table(
        "channel_events",
        sa.Column("row", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("thread_id", sa.String(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("order", sa.BigInteger()),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime()),
        *_keys("channel_events", "row", thread_id="channel_threads.thread_id"),
        sa.UniqueConstraint(
            "account", "event_id", name=op.f("uq_channel_events_account_event_id")
        ),
    )
    op.create_index(
        op.f("ix_channel_events_account_order"), "channel_events", ["account", "order"]
    )
    op.create_index(op.f("ix_channel_events_received_at"), "channel_events", ["received_at"])
    waits = sa.text("due_at IS NOT NULL")
    op.create_index(
        "waiting_channel_events",
        "channel_events",
        ["thread_id", "due_at"],
        sqlite_where=waits,
        postgresql_where=waits,
    )


def _sends() -> None:
    op.create_table(
        "channel_sends",
        sa.Column("row", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("send_id", sa.String(), nullable=False),
        sa.Column("thread_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        _one_of("state", STATES),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String()),
        sa.Column("code", sa.String()),
        sa.Column("sent_at", UtcDateTime()),
        sa.Column("is_template", sa.Boolean(), nullable=False),
        sa.Column("lapsed", sa.Boolean(), nullable=False),
        sa.Column("claimed_at", UtcDateTime()),
        sa.Column("leased_until", UtcDateTime()),
        *_keys("channel_sends", "row", thread_id="channel_threads.thread_id"),
        sa.UniqueConstraint("send_id", name=op.f("uq_channel_sends_send_id")),
        sa.UniqueConstraint(
            *("thread_id", "conversation_id", "seq", "part"),
            name=op.f("uq_channel_sends_thread_id_conversation_id_seq_part"),
        ),
    )
    for columns in (["conversation_id", "seq"], ["created_at"], ["ref"]):
        op.create_index(op.f(f"ix_channel_sends_{'_'.join(columns)}"), "channel_sends", columns)
    not_over = sa.text("state IN ('pending', 'held', 'sending', 'unknown')")
    op.create_index(
        "open_channel_sends",
        "channel_sends",
        ["thread_id", "row"],
        sqlite_where=not_over,
        postgresql_where=not_over,
    )


def _links() -> None:
    op.create_table(
        "channel_links",
        sa.Column("link_id", sa.String(), nullable=False),
        sa.Column("thread_id", sa.String(), nullable=False),
        sa.Column("storefront", sa.String(), nullable=False),
        sa.Column("buyer_id", sa.String(), nullable=False),
        _one_of("level", LEVELS),
        sa.Column("linked_at", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime()),
        *_keys(
            *("channel_links", "link_id"),
            thread_id="channel_threads.thread_id",
            buyer_id="buyers.buyer_id",
        ),
    )
    op.create_index(
        op.f("ix_channel_links_storefront_buyer_id"), "channel_links", ["storefront", "buyer_id"]
    )
    holds = sa.text("revoked_at IS NULL")
    op.create_index(
        "one_link_per_thread",
        "channel_links",
        ["thread_id"],
        unique=True,
        sqlite_where=holds,
        postgresql_where=holds,
    )


def _one_of(name: str, values: tuple[str, ...]) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kind, nullable=False)


def _keys(table: str, primary: str, **others: str) -> Sequence[SchemaItem]:
    foreign = [
        sa.ForeignKeyConstraint([column], [theirs], name=op.f(f"fk_{table}_{column}"))
        for column, theirs in others.items()
    ]
    return [sa.PrimaryKeyConstraint(primary, name=op.f(f"pk_{table}")), *foreign]
