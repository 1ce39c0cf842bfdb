"""Buyers and sellers of an import: written once, updated when the shop knows better."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from aftersale.domain.parties import Buyer, Seller
from aftersale.store.import_build import buyer_from_import, seller_from_import, seller_id
from aftersale.store.parties import seller_from, seller_values
from aftersale.store.rows import thing, values
from aftersale.store.tables import BuyerRow, SellerRow

_Key = tuple[str, str]
# Made once: a large file may refresh a party with every order.
_REFRESH_BUYER = update(BuyerRow).where(BuyerRow.buyer_id == bindparam("of_buyer"))
_REFRESH_SELLER = update(SellerRow).where(SellerRow.seller_id == bindparam("of_seller"))


class ImportParties:
    """Writes the buyers and sellers that a batch of orders names, and remembers them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._buyers: dict[_Key, Buyer] = {}
        self._sellers: dict[_Key, Seller] = {}
        self._said: dict[object, dict[str, Any]] = {}

    def known_buyers(self, entries: Sequence[dict[str, Any]]) -> Mapping[_Key, Buyer]:
        """Return the buyers of these lines by (storefront, subject); unknown ones get an id."""
        wanted = {_buyer_key(entry): entry for entry in entries}
        missing = wanted.keys() - self._buyers.keys()
        self._buyers |= self._read_buyers(missing)
        new = [buyer_from_import(wanted[key]) for key in sorted(missing - self._buyers.keys())]
        if new:
            self._connection.execute(insert(BuyerRow), [values(buyer) for buyer in new])
            self._buyers |= {(buyer.storefront, buyer.subject): buyer for buyer in new}
        return self._buyers

    def known_sellers(self, entries: Sequence[dict[str, Any]]) -> None:
        """Make sure that every seller of these lines is there."""
        named = {_seller_key(entry): entry for entry in entries if entry.get("seller")}
        unknown = [named[key] for key in named.keys() - self._sellers.keys()]
        wanted = {
            seller.seller_id: seller for seller in map(seller_from_import, unknown) if seller
        }
        missing = {(seller.storefront, seller.seller_id) for seller in wanted.values()}
        self._sellers |= self._read_sellers(missing)
        new = [wanted[seller_id] for _, seller_id in sorted(missing - self._sellers.keys())]
        if new:
            self._connection.execute(insert(SellerRow), [seller_values(one) for one in new])
            self._sellers |= {(seller.storefront, seller.seller_id): seller for seller in new}

    def refresh(self, entries: Iterable[dict[str, Any]]) -> None:
        """Take what lines that changed something say about parties that are there."""
        for entry in entries:
            known = self._buyers[_buyer_key(entry)]
            if self._is_news(_buyer_key(entry), entry["buyer"]):
                told = replace(buyer_from_import(entry), buyer_id=known.buyer_id)
                self._refresh_buyer(known, told)
            if self._is_news(_seller_key(entry), entry.get("seller")):
                self._refresh_seller(seller_from_import(entry))

    def _is_news(self, key: object, said: dict[str, Any] | None) -> bool:
        # a shop's sellers come with every order: comparing what was said is cheaper than building
        if said is None or self._said.get(key) == said:
            return False
        self._said[key] = said
        return True

    def _refresh_buyer(self, known: Buyer, told: Buyer) -> None:
        if told == known:
            return
        self._connection.execute(_REFRESH_BUYER, values(told) | {"of_buyer": known.buyer_id})
        self._buyers[(told.storefront, told.subject)] = told

    def _refresh_seller(self, told: Seller | None) -> None:
        if told is None:
            return
        known = self._sellers[told.storefront, told.seller_id]
        if told.email == known.email:  # a new address has not bounced yet
            told = replace(told, email_bounced_at=known.email_bounced_at)
        if told == known:
            return
        self._connection.execute(
            _REFRESH_SELLER, seller_values(told) | {"of_seller": told.seller_id}
        )
        self._sellers[told.storefront, told.seller_id] = told

    def _read_buyers(self, keys: Iterable[_Key]) -> dict[_Key, Buyer]:
        found: dict[_Key, Buyer] = {}
        for storefront, subjects in _by_storefront(keys).items():
            rows = self._connection.execute(
                select(BuyerRow).where(
                    BuyerRow.storefront == storefront, BuyerRow.subject.in_(subjects)
                )
            )
            found |= {(storefront, row.subject): thing(Buyer, row) for row in rows}
        return found

    def _read_sellers(self, keys: Iterable[_Key]) -> dict[_Key, Seller]:
        ids = [seller_id for _, seller_id in keys]
        rows = self._connection.execute(select(SellerRow).where(SellerRow.seller_id.in_(ids)))
        return {(row.storefront, row.seller_id): seller_from(row) for row in rows}


def _buyer_key(entry: dict[str, Any]) -> _Key:
    return entry["storefront"], entry["buyer"]["subject"]


def _seller_key(entry: dict[str, Any]) -> _Key:
    seller = entry.get("seller") or {"id": ""}
    return entry["storefront"], seller_id(entry["storefront"], seller["id"])


def _by_storefront(keys: Iterable[_Key]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for storefront, name in keys:
        grouped.setdefault(storefront, []).append(name)
    return grouped
