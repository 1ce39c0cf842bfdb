"""Tables of the shop's side: buyers, sellers, orders with their lines and shipments."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.orders import OrderKind, OrderState, ReturnClass
from aftersale.domain.payments import PaymentMethod, PaymentState
from aftersale.store.column_types import JsonTuple, text_enum
from aftersale.store.tables_base import Base


class BuyerRow(Base):
    """A buyer is (storefront, subject); the e-mail address identifies nobody."""

    __tablename__ = "buyers"
    __table_args__ = (
        UniqueConstraint("storefront", "subject"),
        Index(None, "storefront", "email"),
        Index(None, "storefront", "member_id"),
    )

    buyer_id: Mapped[str] = mapped_column(primary_key=True)
    storefront: Mapped[str]
    subject: Mapped[str]
    email: Mapped[str]
    first_name: Mapped[str]
    member_id: Mapped[str | None]
    timezone: Mapped[str]
    locale: Mapped[str]


class SellerRow(Base):
    """Who sells or supplies. The fee is a percentage kept as decimal text, or a flat amount."""

    __tablename__ = "sellers"
    __table_args__ = (
        CheckConstraint("fee_percent IS NULL OR fee_flat_minor IS NULL", name="one_fee"),
    )

    seller_id: Mapped[str] = mapped_column(primary_key=True)
    storefront: Mapped[str]
    nickname: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str | None]
    contact_url: Mapped[str | None]
    shipping_policy_url: Mapped[str | None]
    returns_policy_url: Mapped[str | None]
    fee_known: Mapped[bool]
    fee_percent: Mapped[str | None]
    fee_flat_minor: Mapped[int | None]
    fee_currency: Mapped[str | None]
    online: Mapped[bool]
    chat_url: Mapped[str | None]
    message_url: Mapped[str | None]
    email_valid: Mapped[bool]
    email_bounced_at: Mapped[datetime | None]  # ours: an import leaves it as it is


class SellerContactRow(Base):
    """One attempt to reach a seller."""

    __tablename__ = "seller_contacts"
    __table_args__ = (Index(None, "seller_id", "order_number"),)

    contact_id: Mapped[int] = mapped_column(
        Integer, primary_key=True, autoincrement=True
    )  # SQLite numbers rows by itself only in a column declared INTEGER
    seller_id: Mapped[str] = mapped_column(ForeignKey("sellers.seller_id"))
    storefront: Mapped[str]
    order_number: Mapped[str | None]
    at: Mapped[datetime]
    channel: Mapped[str]
    outcome: Mapped[str]
    conversation_id: Mapped[str | None]
    message_id: Mapped[str | None]  # the letter it was made with


class OrderRow(Base):
    """An order with its payment; `version` is ours, `source_version` the shop's."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("storefront", "number_key"),
        Index(None, "buyer_id", "placed_at"),
        Index(None, "provider_ref"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("total_minor >= 0", name="total"),
    )

    storefront: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    number_key: Mapped[str]  # upper case letters and digits only; what lookups compare
    buyer_id: Mapped[str] = mapped_column(ForeignKey("buyers.buyer_id"))
    seller_id: Mapped[str | None] = mapped_column(ForeignKey("sellers.seller_id"))
    kind: Mapped[OrderKind] = mapped_column(text_enum(OrderKind, "kind"))
    state: Mapped[OrderState] = mapped_column(text_enum(OrderState, "state"))
    placed_at: Mapped[datetime]
    currency: Mapped[str]
    total_minor: Mapped[int]
    pay_method: Mapped[PaymentMethod] = mapped_column(text_enum(PaymentMethod, "pay_method"))
    pay_state: Mapped[PaymentState] = mapped_column(text_enum(PaymentState, "pay_state"))
    paid_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    auth_expires_at: Mapped[datetime | None]
    provider_ref: Mapped[str | None]
    pay_display: Mapped[str | None]
    estimated_delivery_at: Mapped[datetime | None]
    fulfilment_started_at: Mapped[datetime | None]
    campaign_ends_at: Mapped[datetime | None]
    group_id: Mapped[str | None]
    leader_name: Mapped[str | None]
    leader_email: Mapped[str | None]
    address: Mapped[dict[str, str]]
    instructions: Mapped[str | None]
    order_url: Mapped[str | None]
    notification_sent_at: Mapped[datetime | None]
    notification_sent_to: Mapped[str | None]
    version: Mapped[int]
    source_version: Mapped[int]


class OrderLineRow(Base):
    """One line of an order; `position` keeps the shop's sequence."""

    __tablename__ = "order_lines"
    __table_args__ = (
        ForeignKeyConstraint(
            ["storefront", "order_number"],
            ["orders.storefront", "orders.number"],
            ondelete="CASCADE",
        ),
        CheckConstraint("quantity >= 1", name="quantity"),
    )

    storefront: Mapped[str] = mapped_column(primary_key=True)
    order_number: Mapped[str] = mapped_column(primary_key=True)
    line_id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    sku: Mapped[str]
    name: Mapped[str]
    quantity: Mapped[int]
    price_minor: Mapped[int]
    options: Mapped[dict[str, str]]
    return_class: Mapped[ReturnClass] = mapped_column(text_enum(ReturnClass, "return_class"))
    fulfilment: Mapped[FulfilmentState] = mapped_column(text_enum(FulfilmentState, "fulfilment"))
    cancelled: Mapped[bool]
    in_stock: Mapped[bool]
    product_url: Mapped[str | None]


class ShipmentRow(Base):
    """A parcel; its scans are a JSON list because nothing ever looks for one of them."""

    __tablename__ = "shipments"
    __table_args__ = (
        ForeignKeyConstraint(
            ["storefront", "order_number"],
            ["orders.storefront", "orders.number"],
            ondelete="CASCADE",
        ),
    )

    storefront: Mapped[str] = mapped_column(primary_key=True)
    order_number: Mapped[str] = mapped_column(primary_key=True)
    shipment_id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    line_ids: Mapped[tuple[str, ...]]
    state: Mapped[FulfilmentState] = mapped_column(text_enum(FulfilmentState, "state"))
    carrier: Mapped[str | None]
    tracking_number: Mapped[str | None]
    tracking_url: Mapped[str | None]
    shipped_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    events: Mapped[tuple[dict[str, Any], ...]] = mapped_column(JsonTuple())
