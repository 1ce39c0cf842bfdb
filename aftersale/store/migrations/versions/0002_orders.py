"""Orders with their lines and shipments."""

import sqlalchemy as sa
from alembic import op

from aftersale.store.column_types import JsonTuple, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _orders() -> None:
    op.create_table(
        "orders",
        sa.Column("storefront", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("number_key", sa.String(), nullable=False),
        sa.Column("buyer_id", sa.String(), nullable=False),
        sa.Column("seller_id", sa.String(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "normal",
                "unlimited_group",
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
                "cancelling",
                "cancelled",
                "completed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("placed_at", UtcDateTime(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column(
            "pay_method",
            sa.Enum(
                "card",
                "bank_transfer",
                "wallet",
                "cash_on_delivery",
                name="pay_method",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "pay_state",
            sa.Enum(
                "awaiting",
                "authorised",
                "verifying",
                "paid",
                "part_refunded",
                "refunded",
                "voided",
                "failed",
                name="pay_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("paid_at", UtcDateTime(), nullable=True),
        sa.Column("verified_at", UtcDateTime(), nullable=True),
        sa.Column("auth_expires_at", UtcDateTime(), nullable=True),
        sa.Column("provider_ref", sa.String(), nullable=True),
        sa.Column("pay_display", sa.String(), nullable=True),
        sa.Column("estimated_delivery_at", UtcDateTime(), nullable=True),
        sa.Column("fulfilment_started_at", UtcDateTime(), nullable=True),
        sa.Column("campaign_ends_at", UtcDateTime(), nullable=True),
        sa.Column("group_id", sa.String(), nullable=True),
        sa.Column("leader_name", sa.String(), nullable=True),
        sa.Column("address", sa.JSON(), nullable=False),
        sa.Column("instructions", sa.String(), nullable=True),
        sa.Column("order_url", sa.String(), nullable=True),
        sa.Column("notification_sent_at", UtcDateTime(), nullable=True),
        sa.Column("notification_sent_to", sa.String(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("source_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("total_minor >= 0", name=op.f("ck_orders_total")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_orders_version")),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["buyers.buyer_id"], name=op.f("fk_orders_buyer_id")
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["sellers.seller_id"], name=op.f("fk_orders_seller_id")
        ),
        sa.PrimaryKeyConstraint("storefront", "number", name=op.f("pk_orders")),
        sa.UniqueConstraint(
            "storefront", "number_key", name=op.f("uq_orders_storefront_number_key")
        ),
    )
    op.create_index(
        op.f("ix_orders_buyer_id_placed_at"), "orders", ["buyer_id", "placed_at"], unique=False
    )


def _order_lines() -> None:
    op.create_table(
        "order_lines",
        sa.Column("storefront", sa.String(), nullable=False),
        sa.Column("order_number", sa.String(), nullable=False),
        sa.Column("line_id", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column(
            "return_class",
            sa.Enum(
                "standard",
                "perishable",
                "short_shelf_life",
                "made_to_order",
                "hygiene",
                name="return_class",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "fulfilment",
            sa.Enum(
                "none",
                "preparing",
                "pickup_arranged",
                "shipped",
                "delivered",
                "picked_up",
                "lost",
                "returned",
                name="fulfilment",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("in_stock", sa.Boolean(), nullable=False),
        sa.Column("product_url", sa.String(), nullable=True),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_order_lines_quantity")),
        sa.ForeignKeyConstraint(
            ["storefront", "order_number"],
            ["orders.storefront", "orders.number"],
            name=op.f("fk_order_lines_storefront_order_number"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "storefront", "order_number", "line_id", name=op.f("pk_order_lines")
        ),
    )


def _shipments() -> None:
    op.create_table(
        "shipments",
        sa.Column("storefront", sa.String(), nullable=False),
        sa.Column("order_number", sa.String(), nullable=False),
        sa.Column("shipment_id", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("line_ids", JsonTuple(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "none",
                "preparing",
                "pickup_arranged",
                "shipped",
                "delivered",
                "picked_up",
                "lost",
                "returned",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("carrier", sa.String(), nullable=True),
        sa.Column("tracking_number", sa.String(), nullable=True),
        sa.Column("tracking_url", sa.String(), nullable=True),
        sa.Column("shipped_at", UtcDateTime(), nullable=True),
        sa.Column("delivered_at", UtcDateTime(), nullable=True),
        sa.Column("events", JsonTuple(), nullable=False),
        sa.ForeignKeyConstraint(
            ["storefront", "order_number"],
            ["orders.storefront", "orders.number"],
            name=op.f("fk_shipments_storefront_order_number"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "storefront", "order_number", "shipment_id", name=op.f("pk_shipments")
        ),
    )


def upgrade() -> None:
    _orders()
    _order_lines()
    _shipments()


def downgrade() -> None:
    op.drop_table("shipments")
    op.drop_table("order_lines")
    op.drop_table("orders")
