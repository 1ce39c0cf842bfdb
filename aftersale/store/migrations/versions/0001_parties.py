"""Buyers and sellers."""

import sqlalchemy as sa
from alembic import op

from aftersale.store.column_types import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _buyers() -> None:
    op.create_table(
        "buyers",
        sa.Column("buyer_id", sa.String(), nullable=False),
        sa.Column("storefront", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("buyer_id", name=op.f("pk_buyers")),
        sa.UniqueConstraint("storefront", "subject", name=op.f("uq_buyers_storefront_subject")),
    )
    op.create_index(
        op.f("ix_buyers_storefront_email"), "buyers", ["storefront", "email"], unique=False
    )


def _sellers() -> None:
    op.create_table(
        "sellers",
        sa.Column("seller_id", sa.String(), nullable=False),
        sa.Column("storefront", sa.String(), nullable=False),
        sa.Column("nickname", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("contact_url", sa.String(), nullable=True),
        sa.Column("shipping_policy_url", sa.String(), nullable=True),
        sa.Column("returns_policy_url", sa.String(), nullable=True),
        sa.Column("fee_known", sa.Boolean(), nullable=False),
        sa.Column("fee_percent", sa.String(), nullable=True),
        sa.Column("fee_flat_minor", sa.BigInteger(), nullable=True),
        sa.Column("fee_currency", sa.String(), nullable=True),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("chat_url", sa.String(), nullable=True),
        sa.Column("message_url", sa.String(), nullable=True),
        sa.Column("email_valid", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "fee_percent IS NULL OR fee_flat_minor IS NULL", name=op.f("ck_sellers_one_fee")
        ),
        sa.PrimaryKeyConstraint("seller_id", name=op.f("pk_sellers")),
    )


def _seller_contacts() -> None:
    op.create_table(
        "seller_contacts",
        sa.Column("contact_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("seller_id", sa.String(), nullable=False),
        sa.Column("storefront", sa.String(), nullable=False),
        sa.Column("order_number", sa.String(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["sellers.seller_id"], name=op.f("fk_seller_contacts_seller_id")
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_seller_contacts")),
    )
    op.create_index(
        op.f("ix_seller_contacts_seller_id_order_number"),
        "seller_contacts",
        ["seller_id", "order_number"],
        unique=False,
    )


def upgrade() -> None:
    _buyers()
    _sellers()
    _seller_contacts()


def downgrade() -> None:
    op.drop_table("seller_contacts")
    op.drop_table("sellers")
    op.drop_table("buyers")
