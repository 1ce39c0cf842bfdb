"""What services need from the store about sellers: their goods, letters, and how they do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from aftersale.domain.parties import Seller
from aftersale.domain.sellers import (
    BounceReport,
    Product,
    SellerEvent,
    SellerEventKind,
    SellerFlag,
    SellerMessage,
    SellerMetrics,
)


class Products(Protocol):
    """What the storefronts offer."""

    def put(self, product: Product) -> None:
        """Write a product, or what is new about one that is there."""
        ...

    def by_sku(self, storefront: str, sku: str) -> Product | None:
        """Return the product of that SKU, however its letters are written."""
        ...

    def by_words(self, storefront: str, words: str, *, limit: int = 6) -> Sequence[Product]:
        """Return the products called so, those that fit most of the words; none when none fits."""
        ...


class SellerMail(Protocol):
    """Letters to sellers, answers, bounce reports, and what is counted."""

    def sellers_called(self, storefront: str, name: str) -> Sequence[Seller]:
        """Return the sellers whose nickname the text names, spaces and capitals aside."""
        ...

    def add(self, message: SellerMessage) -> None: ...
    def get(self, message_id: str) -> SellerMessage | None: ...
    def by_reply(self, reply_hash: str) -> SellerMessage | None:
        """Return the letter that the address of an answer or a bounce belongs to."""
        ...

    def of_case(self, case_number: str) -> SellerMessage | None:
        """Return the letter that the platform wrote because of a case."""
        ...

    def thread(self, thread_id: str) -> Sequence[SellerMessage]:
        """Return the letters and answers of a thread, oldest first."""
        ...

    def about_order(self, seller_id: str, order_number: str) -> Sequence[SellerMessage]:
        """Return what was written about an order both ways, oldest first."""
        ...

    def answered_at(self, seller_id: str, order_number: str) -> datetime | None:
        """Return when the seller last answered about the order."""
        ...

    def sent_since(self, conversation_id: str, since: datetime) -> int:
        """Return how many letters left from the conversation since then."""
        ...

    def strangers_since(self, seller_id: str, since: datetime) -> int:
        """Return how many letters of visitors who had not signed in the seller got since then."""
        ...

    def outcome(self, message_id: str, outcome: str) -> None:
        """Write down what came of the attempt to reach the seller with that letter."""
        ...

    def mark_bounced(self, seller_id: str, at: datetime) -> None:
        """Note that the seller's address does not work (R0.19)."""
        ...

    def add_report(self, report: BounceReport) -> bool:
        """Write a bounce report; False when one with the same key is there."""
        ...

    def reports(self, seller_id: str) -> Sequence[BounceReport]: ...
    def count(self, event: SellerEvent) -> bool:
        """Count it once; False when it was counted before."""
        ...

    def uncounted_stockouts(self, *, limit: int = 100) -> Sequence[tuple[str, str]]:
        """Return orders of which the shop says that goods are out of stock, not counted yet."""
        ...

    def times(self, seller_id: str, kind: SellerEventKind, since: datetime) -> int: ...
    def flag(self, flag: SellerFlag) -> bool:
        """Flag the seller; False when they are flagged for that reason already."""
        ...

    def metrics(self, *, storefront: str | None = None) -> Sequence[SellerMetrics]:
        """Return how every seller does of whom something was counted, flagged ones first."""
        ...
