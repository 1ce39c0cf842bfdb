"""Buyers and sellers. A supplier is a seller whose agreement a storefront asks for."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from aftersale.domain.money import Money


@dataclass(frozen=True, slots=True)
class Buyer:
    """A buyer is (storefront, subject of the shop's signed identity), never an e-mail address."""

    buyer_id: str
    storefront: str
    subject: str
    email: str
    first_name: str
    member_id: str | None = None
    timezone: str = "UTC"
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class RestockingFee:
    """What a seller charges for taking goods back (R0.8); both None when unknown."""

    percent: Decimal | None = None
    flat: Money | None = None


@dataclass(frozen=True, slots=True)
class Seller:
    """Who sells or supplies; only a verified buyer of one of their orders sees contact data."""

    seller_id: str
    storefront: str
    nickname: str
    email: str
    phone: str | None = None
    contact_url: str | None = None
    shipping_policy_url: str | None = None
    returns_policy_url: str | None = None
    restocking_fee: RestockingFee | None = None
    online: bool = False
    chat_url: str | None = None
    message_url: str | None = None
    email_valid: bool = True  # the shop's word
    email_bounced_at: datetime | None = None  # when a mail of theirs or ours came back (R0.19)

    @property
    def reachable(self) -> bool:
        """Whether a letter reaches them, as far as anybody knows."""
        return self.email_valid and self.email_bounced_at is None
