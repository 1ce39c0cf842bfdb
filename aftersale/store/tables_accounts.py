"""Tables of accounts: passwords kept here, requests to reset them, codes for guests."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from aftersale.domain.accounts import CodeKind
from aftersale.store.column_types import text_enum
from aftersale.store.tables_base import Base

_CONVERSATION = "conversations.conversation_id"


class AccountRow(Base):
    """The password of a buyer, as an argon2id hash."""

    __tablename__ = "accounts"

    buyer_id: Mapped[str] = mapped_column(ForeignKey("buyers.buyer_id"), primary_key=True)
    password_hash: Mapped[str]
    changed_at: Mapped[datetime]
    sessions_valid_after: Mapped[datetime]


class ResetRequestRow(Base):
    """Somebody asked for a new password; the row does not tell whether there is an account."""

    __tablename__ = "reset_requests"
    __table_args__ = (Index(None, "storefront", "asked_at"),)

    reset_id: Mapped[str] = mapped_column(primary_key=True)
    storefront: Mapped[str]
    about_key: Mapped[str]
    conversation_id: Mapped[str] = mapped_column(ForeignKey(_CONVERSATION))
    opened_from: Mapped[str | None]
    asked_at: Mapped[datetime]
    destination: Mapped[str]


class GuestCodeRow(Base):
    """A code for an order or an account; until it was sent nothing tells whether there is one."""

    __tablename__ = "guest_codes"
    __table_args__ = (
        Index(None, "storefront", "asked_at"),
        Index(None, "conversation_id", "asked_at"),
    )

    code_id: Mapped[str] = mapped_column(primary_key=True)
    storefront: Mapped[str]
    about_key: Mapped[str]
    conversation_id: Mapped[str] = mapped_column(ForeignKey(_CONVERSATION))
    opened_from: Mapped[str | None]
    kind: Mapped[CodeKind] = mapped_column(text_enum(CodeKind, "kind"), server_default="guest")
    order_number: Mapped[str]
    buyer_id: Mapped[str | None]  # no key: the row is forgotten long before the buyer
    code_hash: Mapped[str]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int]
    used_at: Mapped[datetime | None]
