"""Reads the shop's word about one order, in the import format, and hands it to the use case."""

import json
from datetime import datetime
from typing import Any

from aftersale.services.contested import contested
from aftersale.services.ports import UnitOfWork, UowFactory
from aftersale.services.shop_events import ShopEvents
from aftersale.store.import_build import (
    buyer_from_import,
    order_from_import,
    seller_from_import,
)
from aftersale.store.orders_import import check


class ShopWord:
    """Takes one order that the shop sent. Who sent it was verified before."""

    def __init__(self, *, uow: UowFactory, events: ShopEvents) -> None:
        self._uow = uow
        self._events = events

    def take(self, storefront: str, entry: Any, now: datetime) -> bool:
        """Take the order; False when it was not newer than ours.

        Raises:
            ImportInvalid: it does not fit the format, or names another storefront.
        """
        line = json.dumps(entry).encode()
        check(lambda: [line], storefronts=[storefront])
        return contested(lambda: self._take(entry, now))

    def _take(self, entry: dict[str, Any], now: datetime) -> bool:
        with self._uow() as uow:
            order = order_from_import(entry, buyer_id=_parties(uow, entry))
            taken = self._events.apply_in(uow, order, now=now)
            uow.commit()
        return taken


def _parties(uow: UnitOfWork, entry: dict[str, Any]) -> str:
    """Make sure that buyer and seller are there; return our id of the buyer."""
    seller = seller_from_import(entry)
    if seller is not None and uow.parties.seller(seller.seller_id) is None:
        uow.parties.add_seller(seller)
    told = buyer_from_import(entry)
    known = uow.parties.buyer_by_subject(told.storefront, told.subject)
    return (known or uow.parties.add_buyer(told)).buyer_id
