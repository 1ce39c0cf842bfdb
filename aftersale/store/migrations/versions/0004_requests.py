"""Requests, refunds, one-time links and the outbox."""

import sqlalchemy as sa
from alembic import op

from aftersale.store.column_types import JsonTuple, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _order_requests() -> None:
    op.create_table(
        "order_requests",
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "cancellation",
                "hold",
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
                "sent",
                "agreed",
                "declined",
                "expired",
                "ended",
                "withdrawn",
                "done",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("storefront", sa.String(), nullable=False),
        sa.Column("order_number", sa.String(), nullable=False),
        sa.Column("line_ids", JsonTuple(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("due_by", UtcDateTime(), nullable=True),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("decision_id", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("case_number", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["storefront", "order_number"],
            ["orders.storefront", "orders.number"],
            name=op.f("fk_order_requests_storefront_order_number"),
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_order_requests")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_order_requests_idempotency_key")),
    )
    op.create_index(
        op.f("ix_order_requests_state_due_by"), "order_requests", ["state", "due_by"], unique=False
    )
    op.create_index(
        op.f("ix_order_requests_storefront_order_number"),
        "order_requests",
        ["storefront", "order_number"],
        unique=False,
    )


def _request_lines() -> None:
    op.create_table(
        "request_lines",
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("line_id", sa.String(), nullable=False),
        sa.Column("storefront", sa.String(), nullable=False),
        sa.Column("order_number", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "cancellation",
                "hold",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["order_requests.request_id"], name=op.f("fk_request_lines_request_id")
        ),
        sa.PrimaryKeyConstraint("request_id", "line_id", name=op.f("pk_request_lines")),
    )
    op.create_index(
        "one_open_cancellation",
        "request_lines",
        ["storefront", "order_number", "line_id"],
        unique=True,
        sqlite_where=sa.text("open AND kind = 'cancellation'"),
        postgresql_where=sa.text("open AND kind = 'cancellation'"),
    )


def _refunds() -> None:
    op.create_table(
        "refunds",
        sa.Column("refund_id", sa.String(), nullable=False),
        sa.Column("storefront", sa.String(), nullable=False),
        sa.Column("order_number", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "release",
                "refund",
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
                "pending",
                "confirmed",
                "refused",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("destination", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("provider_ref", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["storefront", "order_number"],
            ["orders.storefront", "orders.number"],
            name=op.f("fk_refunds_storefront_order_number"),
        ),
        sa.PrimaryKeyConstraint("refund_id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_refunds_idempotency_key")),
    )
    op.create_index(
        op.f("ix_refunds_storefront_order_number"),
        "refunds",
        ["storefront", "order_number"],
        unique=False,
    )


def _one_time_links() -> None:
    op.create_table(
        "one_time_links",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "answer_cancellation",
                "answer_hold",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_one_time_links")),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("outbox_id", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "shop.cancel",
                "payment.refund",
                "payment.release",
                "mail",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "done",
                "dead",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("outbox_id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_outbox_idempotency_key")),
    )
    op.create_index(
        op.f("ix_outbox_state_not_before"), "outbox", ["state", "not_before"], unique=False
    )


def upgrade() -> None:
    _order_requests()
    _request_lines()
    _refunds()
    _one_time_links()
    _outbox()


def downgrade() -> None:
    op.drop_table("outbox")
    op.drop_table("one_time_links")
    op.drop_table("refunds")
    op.drop_table("request_lines")
    op.drop_table("order_requests")
