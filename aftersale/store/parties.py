"""Buyers and sellers in the database."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, UnaryExpression, bindparam, func, insert, select
from sqlalchemy.sql import ColumnElement

from aftersale.domain.money import Money
from aftersale.domain.parties import Buyer, RestockingFee, Seller
from aftersale.store.insert_once import insert_once
from aftersale.store.rows import thing, values
from aftersale.store.tables import BuyerRow, SellerContactRow, SellerRow

_SELLER = select(SellerRow).where(SellerRow.seller_id == bindparam("of_seller"))  # made once


class SqlParties:
    """The `Parties` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def buyer(self, buyer_id: str) -> Buyer | None:
        """Return the buyer of that id."""
        return self._buyer(BuyerRow.buyer_id == buyer_id)

    def buyer_by_subject(self, storefront: str, subject: str) -> Buyer | None:
        """Return the buyer whom the shop's signed identity names."""
        return self._buyer(BuyerRow.storefront == storefront, BuyerRow.subject == subject)

    def buyer_by_email(self, storefront: str, email: str) -> Buyer | None:
        """Return a buyer by e-mail address; verifies nobody."""
        return self._buyer(BuyerRow.storefront == storefront, BuyerRow.email == email)

    def add_buyer(self, buyer: Buyer) -> Buyer:
        """Write a new buyer; return the stored one, whose id differs when another was faster."""
        insert_once(self._connection, BuyerRow, values(buyer), key=("storefront", "subject"))
        return self.buyer_by_subject(buyer.storefront, buyer.subject) or buyer

    def seller(self, seller_id: str) -> Seller | None:
        """Return the seller of that id."""
        row = self._connection.execute(_SELLER, {"of_seller": seller_id}).one_or_none()
        return None if row is None else seller_from(row)

    def add_seller(self, seller: Seller) -> None:
        """Write a new seller."""
        self._connection.execute(insert(SellerRow).values(**seller_values(seller)))

    def log_contact(
        self,
        *,
        seller_id: str,
        storefront: str,
        order_number: str | None,
        at: datetime,
        channel: str,
        outcome: str,
        conversation_id: str | None,
        message_id: str | None = None,
    ) -> None:
        """Write down one attempt to reach a seller."""
        self._connection.execute(
            insert(SellerContactRow).values(
                seller_id=seller_id,
                storefront=storefront,
                order_number=order_number,
                at=at,
                channel=channel,
                outcome=outcome,
                conversation_id=conversation_id,
                message_id=message_id,
            )
        )

    def contacts(self, seller_id: str, order_number: str) -> int:
        """Return how often the seller was written to about the order."""
        return self._connection.execute(
            select(func.count()).where(
                SellerContactRow.seller_id == seller_id,
                SellerContactRow.order_number == order_number,
            )
        ).scalar_one()

    def first_contact(self, seller_id: str, order_number: str) -> datetime | None:
        """Return when the seller was first written to about the order."""
        return self._contact(seller_id, order_number, SellerContactRow.at.asc())

    def last_contact(self, seller_id: str, order_number: str) -> datetime | None:
        """Return when the seller was last written to about the order."""
        return self._contact(seller_id, order_number, SellerContactRow.at.desc())

    def _contact(
        self, seller_id: str, order_number: str, first: UnaryExpression[datetime]
    ) -> datetime | None:
        return self._connection.execute(
            select(SellerContactRow.at)
            .where(
                SellerContactRow.seller_id == seller_id,
                SellerContactRow.order_number == order_number,
            )
            .order_by(first)
            .limit(1)
        ).scalar_one_or_none()

    def _buyer(self, *conditions: ColumnElement[bool]) -> Buyer | None:
        row = self._connection.execute(
            select(BuyerRow).where(*conditions).order_by(BuyerRow.buyer_id).limit(1)
        ).one_or_none()
        return None if row is None else thing(Buyer, row)


def seller_values(seller: Seller) -> dict[str, Any]:
    """Return the columns of a seller's row."""
    own = values(seller)
    fee: RestockingFee | None = own.pop("restocking_fee")
    percent, flat = (fee.percent, fee.flat) if fee else (None, None)
    return own | {
        "fee_known": fee is not None,
        "fee_percent": None if percent is None else str(percent),
        "fee_flat_minor": flat.minor if flat else None,
        "fee_currency": flat.currency if flat else None,
    }


def seller_from(row: Row[Any]) -> Seller:
    """Return the seller of a row."""
    return Seller(
        seller_id=row.seller_id,
        storefront=row.storefront,
        nickname=row.nickname,
        email=row.email,
        phone=row.phone,
        contact_url=row.contact_url,
        shipping_policy_url=row.shipping_policy_url,
        returns_policy_url=row.returns_policy_url,
        restocking_fee=_fee(row),
        online=row.online,
        chat_url=row.chat_url,
        message_url=row.message_url,
        email_valid=row.email_valid,
        email_bounced_at=row.email_bounced_at,
    )


def _fee(row: Row[Any]) -> RestockingFee | None:
    if not row.fee_known:
        return None
    percent = None if row.fee_percent is None else Decimal(row.fee_percent)
    flat = None if row.fee_flat_minor is None else Money(row.fee_flat_minor, row.fee_currency)
    return RestockingFee(percent=percent, flat=flat)
