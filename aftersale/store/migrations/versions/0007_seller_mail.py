"""Goods, letters to sellers, what came back, and how sellers do."""

import sqlalchemy as sa
from alembic import op

from aftersale.store.column_types import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_CLASSES = ("standard", "perishable", "short_shelf_life", "made_to_order", "hygiene")
_KINDS = ("stockout", "bounce", "refusal", "silence", "answer")


def _one_of(table: str, name: str, values: tuple[str, ...]) -> list[sa.schema.SchemaItem]:
    listed = ", ".join(repr(value) for value in values)
    check = sa.CheckConstraint(f"{name} IN ({listed})", name=op.f(f"ck_{table}_{name}"))
    return [sa.Column(name, sa.String(length=32), nullable=False), check]


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _of_seller(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["seller_id"], ["sellers.seller_id"], name=op.f(f"fk_{table}_seller_id")
    )


def _products() -> None:
    op.create_table(
        "products",
        _text("storefront"),
        _text("sku"),
        _text("name"),
        _text("words"),
        _text("seller_id", nullable=True),
        _text("url", nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("stock", sa.BigInteger(), nullable=True),
        sa.Column("options", sa.JSON(), nullable=False),
        *_one_of("products", "return_class", _CLASSES),
        _of_seller("products"),
        sa.PrimaryKeyConstraint("storefront", "sku", name=op.f("pk_products")),
    )
    op.create_index(
        op.f("ix_products_storefront_seller_id"), "products", ["storefront", "seller_id"]
    )


def _messages() -> None:
    op.create_table(
        "seller_messages",
        _text("message_id"),
        _text("thread_id"),
        _text("storefront"),
        _text("seller_id"),
        *_one_of("seller_messages", "direction", ("to_seller", "from_seller")),
        _text("text"),
        sa.Column("at", UtcDateTime(), nullable=False),
        _text("channel"),
        _text("conversation_id", nullable=True),
        _text("buyer_id", nullable=True),
        _text("order_number", nullable=True),
        _text("sku", nullable=True),
        _text("case_number", nullable=True),
        _text("reply_hash", nullable=True),
        _of_seller("seller_messages"),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_seller_messages")),
        sa.UniqueConstraint("reply_hash", name=op.f("uq_seller_messages_reply_hash")),
    )
    for columns in (("thread_id", "at"), ("seller_id", "order_number"), ("conversation_id", "at")):
        name = f"ix_seller_messages_{'_'.join(columns)}"
        op.create_index(op.f(name), "seller_messages", [*columns])


def _reports() -> None:
    op.create_table(
        "bounce_reports",
        _text("report_id"),
        _text("storefront"),
        _text("seller_id"),
        *_one_of("bounce_reports", "reported_by", ("buyer", "mail")),
        sa.Column("reported_at", UtcDateTime(), nullable=False),
        _text("idempotency_key"),
        _text("buyer_id", nullable=True),
        _text("order_number", nullable=True),
        _text("conversation_id", nullable=True),
        _text("bounced_address", nullable=True),
        _text("happened", nullable=True),
        _text("evidence", nullable=True),
        _text("case_number", nullable=True),
        _of_seller("bounce_reports"),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_bounce_reports")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_bounce_reports_idempotency_key")),
    )
    op.create_index(op.f("ix_bounce_reports_seller_id"), "bounce_reports", ["seller_id"])


def _events() -> None:
    op.create_table(
        "seller_events",
        sa.Column("event_id", sa.Integer(), autoincrement=True, nullable=False),
        _text("seller_id"),
        _text("storefront"),
        *_one_of("seller_events", "kind", _KINDS),
        sa.Column("at", UtcDateTime(), nullable=False),
        _text("event_key"),
        _text("order_number", nullable=True),
        sa.Column("seconds", sa.BigInteger(), nullable=True),
        _of_seller("seller_events"),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_seller_events")),
        sa.UniqueConstraint("event_key", name=op.f("uq_seller_events_event_key")),
    )
    op.create_index(
        op.f("ix_seller_events_seller_id_kind_at"), "seller_events", ["seller_id", "kind", "at"]
    )


def _flags() -> None:
    op.create_table(
        "seller_flags",
        _text("seller_id"),
        *_one_of("seller_flags", "reason", ("stockouts", "bounces")),
        _text("storefront"),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        _of_seller("seller_flags"),
        sa.PrimaryKeyConstraint("seller_id", "reason", name=op.f("pk_seller_flags")),
    )


def upgrade() -> None:
    _products()
    _messages()
    _reports()
    _events()
    _flags()
    op.add_column("sellers", sa.Column("email_bounced_at", UtcDateTime(), nullable=True))
    op.add_column("seller_contacts", sa.Column("message_id", sa.String(), nullable=True))
