"""Tables about sellers: their goods, letters both ways, bounces, what is counted, flags."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from aftersale.domain.orders import ReturnClass
from aftersale.domain.sellers import Direction, FlagReason, ReportedBy, SellerEventKind
from aftersale.store.column_types import text_enum
from aftersale.store.tables_base import Base

_SELLER = "sellers.seller_id"


class ProductRow(Base):
    """Something on offer; `words` is what a search compares."""

    __tablename__ = "products"
    __table_args__ = (Index(None, "storefront", "seller_id"),)

    storefront: Mapped[str] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    words: Mapped[str]
    seller_id: Mapped[str | None] = mapped_column(ForeignKey(_SELLER))
    url: Mapped[str | None]
    active: Mapped[bool]
    stock: Mapped[int | None]
    options: Mapped[dict[str, str]]
    return_class: Mapped[ReturnClass] = mapped_column(text_enum(ReturnClass, "return_class"))


class SellerMessageRow(Base):
    """A letter to a seller or an answer."""

    __tablename__ = "seller_messages"
    __table_args__ = (
        Index(None, "thread_id", "at"),
        Index(None, "seller_id", "order_number"),
        Index(None, "conversation_id", "at"),
    )

    message_id: Mapped[str] = mapped_column(primary_key=True)
    thread_id: Mapped[str]
    storefront: Mapped[str]
    seller_id: Mapped[str] = mapped_column(ForeignKey(_SELLER))
    direction: Mapped[Direction] = mapped_column(text_enum(Direction, "direction"))
    text: Mapped[str]
    at: Mapped[datetime]
    channel: Mapped[str]
    conversation_id: Mapped[str | None]
    buyer_id: Mapped[str | None]
    order_number: Mapped[str | None]
    sku: Mapped[str | None]
    case_number: Mapped[str | None]
    reply_hash: Mapped[str | None] = mapped_column(unique=True)


class BounceReportRow(Base):
    """Mail to a seller that came back."""

    __tablename__ = "bounce_reports"
    __table_args__ = (Index(None, "seller_id"),)

    report_id: Mapped[str] = mapped_column(primary_key=True)
    storefront: Mapped[str]
    seller_id: Mapped[str] = mapped_column(ForeignKey(_SELLER))
    reported_by: Mapped[ReportedBy] = mapped_column(text_enum(ReportedBy, "reported_by"))
    reported_at: Mapped[datetime]
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    buyer_id: Mapped[str | None]
    order_number: Mapped[str | None]
    conversation_id: Mapped[str | None]
    bounced_address: Mapped[str | None]
    happened: Mapped[str | None]
    evidence: Mapped[str | None]
    case_number: Mapped[str | None]


class SellerEventRow(Base):
    """One thing that counts for or against a seller."""

    __tablename__ = "seller_events"
    __table_args__ = (Index(None, "seller_id", "kind", "at"),)

    event_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    seller_id: Mapped[str] = mapped_column(ForeignKey(_SELLER))
    storefront: Mapped[str]
    kind: Mapped[SellerEventKind] = mapped_column(text_enum(SellerEventKind, "kind"))
    at: Mapped[datetime]
    event_key: Mapped[str] = mapped_column(unique=True)
    order_number: Mapped[str | None]
    seconds: Mapped[int | None]


class SellerFlagRow(Base):
    """A seller whom the platform has to look at, once per reason."""

    __tablename__ = "seller_flags"

    seller_id: Mapped[str] = mapped_column(ForeignKey(_SELLER), primary_key=True)
    reason: Mapped[FlagReason] = mapped_column(text_enum(FlagReason, "reason"), primary_key=True)
    storefront: Mapped[str]
    since: Mapped[datetime]
    times: Mapped[int]
