"""Accounts: passwords, requests to reset them, codes for guests, and where talks came from."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from aftersale.store.column_types import UtcDateTime
from aftersale.store.migrations.altering import allow_values

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_OUTBOX = (
    *("shop.cancel", "payment.refund", "payment.release", "mail"),
    *("account.password_reset", "account.guest_code"),
)


def _asked(table: str, key: str, *more: sa.Column[Any]) -> None:
    """Make a table of wishes, each with where it came from."""
    op.create_table(
        table,
        sa.Column(key, sa.String(), nullable=False),
        sa.Column("storefront", sa.String(), nullable=False),
        sa.Column("about_key", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("opened_from", sa.String(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        *more,
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f(f"fk_{table}_conversation_id"),
        ),
        sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_storefront_asked_at"), table, ["storefront", "asked_at"])


def upgrade() -> None:
    """Make the tables and the columns."""
    op.create_table(
        "accounts",
        sa.Column("buyer_id", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("sessions_valid_after", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["buyers.buyer_id"], name=op.f("fk_accounts_buyer_id")
        ),
        sa.PrimaryKeyConstraint("buyer_id", name=op.f("pk_accounts")),
    )
    _asked("reset_requests", "reset_id", sa.Column("destination", sa.String(), nullable=False))
    _asked(
        "guest_codes",
        "code_id",
        sa.Column("order_number", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
    )
    op.create_index(
        op.f("ix_guest_codes_conversation_id_asked_at"),
        "guest_codes",
        ["conversation_id", "asked_at"],
    )
    for name in ("guest_order", "opened_from"):
        op.add_column("conversations", sa.Column(name, sa.String(), nullable=True))
    op.add_column("conversations", sa.Column("guest_until", UtcDateTime(), nullable=True))
    op.create_index(op.f("ix_one_time_links_subject_id"), "one_time_links", ["subject_id"])
    op.create_index(op.f("ix_buyers_storefront_member_id"), "buyers", ["storefront", "member_id"])
    allow_values("outbox", "kind", _OUTBOX)
