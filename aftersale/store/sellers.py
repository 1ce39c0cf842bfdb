"""Goods, letters to sellers and what is counted about them, in the database."""

import re
from collections.abc import Sequence
from datetime import datetime
from statistics import median
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update
from sqlalchemy.sql import ColumnElement

from aftersale.domain.parties import Seller
from aftersale.domain.sellers import (
    BounceReport,
    Direction,
    Product,
    SellerEvent,
    SellerEventKind,
    SellerFlag,
    SellerMessage,
    SellerMetrics,
)
from aftersale.services.matching import stem
from aftersale.store.insert_once import insert_once
from aftersale.store.parties import seller_from
from aftersale.store.rows import thing, values
from aftersale.store.tables import (
    BounceReportRow,
    OrderLineRow,
    OrderRow,
    ProductRow,
    SellerContactRow,
    SellerEventRow,
    SellerFlagRow,
    SellerMessageRow,
    SellerRow,
)

_WORD = re.compile(r"\w+")
_IDLE = frozenset(
    {"a", "an", "the", "of", "for", "in", "on", "your", "my", "this", "that", "it", "is", "one"}
)
_CONSIDERED = 500  # products that share a word with what was asked
_SIGNS = re.compile(r"[\W_]+")


class SqlProducts:
    """The `Products` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, product: Product) -> None:
        """Write a product, or what is new about one that is there."""
        row = values(product) | {"options": dict(product.options), "words": words_of(product)}
        if not insert_once(self._connection, ProductRow, row, key=("storefront", "sku")):
            same = (ProductRow.storefront == product.storefront, ProductRow.sku == product.sku)
            self._connection.execute(update(ProductRow).where(*same).values(**row))

    def by_sku(self, storefront: str, sku: str) -> Product | None:
        """Return the product of that SKU, however its letters are written."""
        rows = self._found(storefront, func.upper(ProductRow.sku) == sku.strip().upper(), 1)
        return thing(Product, rows[0]) if rows else None

    def by_words(self, storefront: str, words: str, *, limit: int = 6) -> Sequence[Product]:
        """Return the products called so, those that fit most of the words; none when none fits."""
        wanted = {stem(word) for word in _WORD.findall(words.casefold())} - _IDLE
        if not wanted:
            return []
        has_any = or_(*(ProductRow.words.contains(f" {w}", autoescape=True) for w in wanted))
        rows = self._found(storefront, has_any, _CONSIDERED)
        scored = [(sum(f" {word} " in row.words for word in wanted), row) for row in rows]
        best = max((score for score, _ in scored), default=0)
        return [thing(Product, row) for score, row in scored if best and score == best][:limit]

    def _found(
        self, storefront: str, condition: ColumnElement[bool], limit: int
    ) -> Sequence[Row[Any]]:
        return self._connection.execute(
            select(ProductRow)
            .where(ProductRow.storefront == storefront, condition)
            .order_by(ProductRow.active.desc(), ProductRow.sku)
            .limit(limit)
        ).all()


def words_of(product: Product) -> str:
    """Return the words a product is called by, each between spaces and without its plural."""
    texts = (product.name, product.sku, *product.options.values())
    words = [stem(word) for text in texts for word in _WORD.findall(text.casefold())]
    return f" {' '.join(dict.fromkeys(words))} "


class SqlSellerMail:
    """The `SellerMail` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def sellers_called(self, storefront: str, name: str) -> Sequence[Seller]:
        """Return the sellers whose nickname the text names, spaces and capitals aside."""
        said = _SIGNS.sub("", name.casefold())
        rows = self._connection.execute(
            select(SellerRow)
            .where(SellerRow.storefront == storefront)
            .order_by(SellerRow.nickname, SellerRow.seller_id)
        )
        named = ((_SIGNS.sub("", row.nickname.casefold()), row) for row in rows)
        return [seller_from(row) for bare, row in named if bare and bare in said]

    def add(self, message: SellerMessage) -> None:
        """Write a letter or an answer down."""
        self._connection.execute(insert(SellerMessageRow).values(**values(message)))

    def get(self, message_id: str) -> SellerMessage | None:
        """Return the message of that id."""
        return _one(self._messages(SellerMessageRow.message_id == message_id))

    def by_reply(self, reply_hash: str) -> SellerMessage | None:
        """Return the letter that the address of an answer or a bounce belongs to."""
        return _one(self._messages(SellerMessageRow.reply_hash == reply_hash))

    def of_case(self, case_number: str) -> SellerMessage | None:
        """Return the letter that the platform wrote because of a case."""
        return _one(self._messages(SellerMessageRow.case_number == case_number))

    def thread(self, thread_id: str) -> Sequence[SellerMessage]:
        """Return the letters and answers of a thread, oldest first."""
        return self._messages(SellerMessageRow.thread_id == thread_id)

    def about_order(self, seller_id: str, order_number: str) -> Sequence[SellerMessage]:
        """Return what was written about an order both ways, oldest first."""
        return self._messages(
            SellerMessageRow.seller_id == seller_id,
            SellerMessageRow.order_number == order_number,
        )

    def answered_at(self, seller_id: str, order_number: str) -> datetime | None:
        """Return when the seller last answered about the order."""
        return self._connection.execute(
            select(func.max(SellerMessageRow.at)).where(
                SellerMessageRow.seller_id == seller_id,
                SellerMessageRow.order_number == order_number,
                SellerMessageRow.direction == Direction.FROM_SELLER,
            )
        ).scalar_one()

    def sent_since(self, conversation_id: str, since: datetime) -> int:
        """Return how many letters left from the conversation since then."""
        return self._letters(since, SellerMessageRow.conversation_id == conversation_id)

    def strangers_since(self, seller_id: str, since: datetime) -> int:
        """Return how many letters of visitors who had not signed in the seller got since then."""
        of_seller = SellerMessageRow.seller_id == seller_id
        return self._letters(since, of_seller, SellerMessageRow.buyer_id.is_(None))

    def outcome(self, message_id: str, outcome: str) -> None:
        """Write down what came of the attempt to reach the seller with that letter."""
        self._connection.execute(
            update(SellerContactRow)
            .where(SellerContactRow.message_id == message_id)
            .values(outcome=outcome)
        )

    def mark_bounced(self, seller_id: str, at: datetime) -> None:
        """Note that the seller's address does not work (R0.19)."""
        self._connection.execute(
            update(SellerRow).where(SellerRow.seller_id == seller_id).values(email_bounced_at=at)
        )

    def add_report(self, report: BounceReport) -> bool:
        """Write a bounce report; False when one with the same key is there."""
        return insert_once(self._connection, BounceReportRow, values(report))

    def reports(self, seller_id: str) -> Sequence[BounceReport]:
        """Return the bounce reports about a seller, oldest first."""
        rows = self._connection.execute(
            select(BounceReportRow)
            .where(BounceReportRow.seller_id == seller_id)
            .order_by(BounceReportRow.reported_at, BounceReportRow.report_id)
        )
        return [thing(BounceReport, row) for row in rows]

    def count(self, event: SellerEvent) -> bool:
        """Count it once; False when it was counted before."""
        return insert_once(self._connection, SellerEventRow, values(event), key=("event_key",))

    def uncounted_stockouts(self, *, limit: int = 100) -> Sequence[tuple[str, str]]:
        """Return orders of which the shop says that goods are out of stock, not counted yet."""
        order = (OrderLineRow.storefront, OrderLineRow.order_number)
        key = "stockout:" + order[0] + ":" + order[1]
        counted = select(SellerEventRow.event_id).where(SellerEventRow.event_key == key)
        rows = self._connection.execute(
            select(*order)
            .join(OrderRow, (OrderRow.storefront == order[0]) & (OrderRow.number == order[1]))
            .where(OrderLineRow.in_stock.is_(False), OrderRow.seller_id.is_not(None))
            .where(~counted.exists())
            .distinct()
            .order_by(*order)
            .limit(limit)
        )
        return [(storefront, number) for storefront, number in rows]

    def times(self, seller_id: str, kind: SellerEventKind, since: datetime) -> int:
        """Return how often that was counted since then."""
        return self._connection.execute(
            select(func.count()).where(
                SellerEventRow.seller_id == seller_id,
                SellerEventRow.kind == kind,
                SellerEventRow.at > since,
            )
        ).scalar_one()

    def flag(self, flag: SellerFlag) -> bool:
        """Flag the seller; False when they are flagged for that reason already."""
        key = ("seller_id", "reason")
        return insert_once(self._connection, SellerFlagRow, values(flag), key=key)

    def metrics(self, *, storefront: str | None = None) -> Sequence[SellerMetrics]:
        """Return how every seller does of whom something was counted, flagged ones first."""
        counted = self._counted()
        flags = self._flags()
        query = select(SellerRow).where(SellerRow.seller_id.in_([*counted, *flags]))
        if storefront:
            query = query.where(SellerRow.storefront == storefront)
        found = [
            _metrics(row, counted.get(row.seller_id, {}), flags.get(row.seller_id, ()))
            for row in self._connection.execute(query.order_by(SellerRow.seller_id))
        ]
        return sorted(found, key=lambda each: not each.flags)

    def _counted(self) -> dict[str, dict[str, list[int | None]]]:
        counted: dict[str, dict[str, list[int | None]]] = {}
        rows = self._connection.execute(
            select(SellerEventRow.seller_id, SellerEventRow.kind, SellerEventRow.seconds)
        )
        for seller_id, kind, seconds in rows:
            counted.setdefault(seller_id, {}).setdefault(kind.value, []).append(seconds)
        return counted

    def _flags(self) -> dict[str, tuple[str, ...]]:
        flags: dict[str, tuple[str, ...]] = {}
        rows = self._connection.execute(
            select(SellerFlagRow.seller_id, SellerFlagRow.reason).order_by(SellerFlagRow.reason)
        )
        for seller_id, reason in rows:
            flags[seller_id] = (*flags.get(seller_id, ()), reason.value)
        return flags

    def _letters(self, since: datetime, *conditions: ColumnElement[bool]) -> int:
        to_seller = SellerMessageRow.direction == Direction.TO_SELLER
        return self._connection.execute(
            select(func.count()).where(to_seller, SellerMessageRow.at > since, *conditions)
        ).scalar_one()

    def _messages(self, *conditions: ColumnElement[bool]) -> Sequence[SellerMessage]:
        rows = self._connection.execute(
            select(SellerMessageRow)
            .where(*conditions)
            .order_by(SellerMessageRow.at, SellerMessageRow.message_id)
        )
        return [thing(SellerMessage, row) for row in rows]


def _one(found: Sequence[SellerMessage]) -> SellerMessage | None:
    return found[0] if found else None


def _metrics(
    row: Row[Any], counted: dict[str, list[int | None]], flags: tuple[str, ...]
) -> SellerMetrics:
    times = [seconds for seconds in counted.get("answer", []) if seconds is not None]
    return SellerMetrics(
        seller_id=row.seller_id,
        storefront=row.storefront,
        nickname=row.nickname,
        stockouts=len(counted.get("stockout", [])),
        bounces=len(counted.get("bounce", [])),
        refusals=len(counted.get("refusal", [])),
        silences=len(counted.get("silence", [])),
        answers=len(counted.get("answer", [])),
        answer_seconds=int(median(times)) if times else None,
        flags=flags,
    )
