"""The world a conversation test lives in: buyers, their orders, the clock, and the database."""

import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from sqlalchemy import Engine, text

from aftersale.adapters.shop_webhook import SIGNATURE, TIMESTAMP, sign
from aftersale.bootstrap import bootstrap
from aftersale.demo.client import BuyerClient
from aftersale.demo.keys import sign_for
from aftersale.demo.stack import Plan
from aftersale.domain.orders import Order
from aftersale.domain.parties import Buyer as BuyerRecord
from aftersale.services.ports import UowFactory
from aftersale.settings import Settings
from aftersale.store.orders_import import import_lines
from tests.conversation.buyer import Buyer, Heard
from tests.conversation.stack import START

NUMBERS = {
    "seller-direct": "SD-{:06d}",
    "supplier-consent": "SC-20261120-{:06d}",
    "status-gated": "{:012d}",
    "helpdesk": "HD/{:06d}",
    "group-buy": "GB99-{:06d}",
}
_serial = count(700001)
PATIENCE = 100  # looks at what still leaves; a lease of an app that was killed lasts longer


@dataclass
class World:
    """Everything a test may touch. Each test has its own buyers and orders."""

    plan: Plan
    settings: Settings
    clock: Path
    engine: Engine
    uow: UowFactory
    _clients: list[BuyerClient] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The time it is in this world."""
        return datetime.fromisoformat(self.clock.read_text(encoding="utf-8"))

    def at(self, moment: datetime) -> None:
        """Move the clock of the running app."""
        waiting = self.clock.with_suffix(".new")
        waiting.write_text(moment.isoformat(), encoding="utf-8")
        waiting.replace(self.clock)  # the app must never read half a time

    def later(self, **delta: float) -> None:
        """Move the clock on: `world.later(hours=24)`."""
        self.at(self.now + timedelta(**delta))

    def sweep(self, moment: datetime | None = None) -> None:
        """Do what is due, now or at a later moment, and deliver what leaves because of it."""
        if moment:
            self.at(moment)
        services = bootstrap(self.settings)
        try:
            services.run_sweep()
            for _ in range(PATIENCE):
                if not services.run_relay() and not self._leaving():
                    break
        finally:
            services.close()

    def _leaving(self) -> bool:
        """Whether the app, which delivers too, holds something; then give it a moment."""
        if not self.sql("SELECT 1 FROM outbox WHERE lease_until IS NOT NULL LIMIT 1"):
            return False
        time.sleep(0.05)
        return True

    def buyer(
        self, storefront: str, *, name: str = "Ada", signed_in: bool = True, timezone: str = "UTC"
    ) -> Buyer:
        """Return a new buyer in a new conversation."""
        subject = f"{name.lower()}-{secrets.token_hex(4)}"
        buyer = Buyer(storefront, subject, f"{subject}@example.com", self._client(), Heard([]))
        identity = self.identity(buyer, name, timezone) if signed_in else None
        buyer.client.open(storefront, identity)
        return buyer

    def again(self, buyer: Buyer) -> Buyer:
        """Return the same buyer in another conversation, as in a second tab."""
        other = Buyer(buyer.storefront, buyer.subject, buyer.email, self._client(), Heard([]))
        other.client.open(buyer.storefront, self.identity(buyer))
        return other

    def identity(self, buyer: Buyer, name: str = "Ada", timezone: str = "UTC") -> str:
        """Return an identity of the buyer, signed by the demo shop."""
        record = BuyerRecord(
            "", buyer.storefront, buyer.subject, buyer.email, name, timezone=timezone
        )
        return sign_for(self.settings.identity_keys, record, self.now)

    def order(self, buyer: Buyer, **changes: Any) -> Order:
        """Import a fresh order of the buyer; `changes` replace keys of the import format.

        Without changes: paid by bank transfer two days ago, one line, nothing begun.
        """
        entry = order_entry(buyer, self.now) | changes
        self.tell_shop(entry)
        return self.stored(buyer.storefront, entry["number"])

    def tell_shop(self, *entries: dict[str, Any]) -> None:
        """Import what the shop says, as `aftersale orders import` does."""
        lines = [json.dumps(entry).encode() for entry in entries]
        import_lines(self.engine, lambda: lines, now=self.now)

    def shop_says(self, buyer: Buyer, order: Order, **changes: Any) -> None:
        """Send a newer word of the shop about an order, signed, as its own system does."""
        with self.uow() as uow:
            party = uow.parties.seller(order.seller_id or "")
        known = {"number": order.number, "placed_at": order.placed_at.isoformat()}
        if party:
            shops_id = party.seller_id.partition(":")[2]
            known["seller"] = {"id": shops_id, "nickname": party.nickname, "email": party.email}
        version = order.source_version + 1
        entry = order_entry(buyer, self.now) | known | {"source_version": version} | changes
        body, stamp = json.dumps(entry).encode(), str(int(self.now.timestamp()))
        signature = sign(self.settings.shop_webhook_secret, stamp, body)
        address = f"{self.plan.address}/api/v1/shop/{buyer.storefront}/orders"
        request = Request(
            address,
            body,
            {"Content-Type": "application/json", TIMESTAMP: stamp, SIGNATURE: signature},
        )
        with urlopen(request) as answer:
            assert json.load(answer) == {"taken": True}

    def log(self, buyer: Buyer) -> Heard:
        """Read what was said in the buyer's conversation from the database."""
        rows = self.sql(
            "SELECT type, author, body FROM events WHERE conversation_id = :c ORDER BY seq",
            c=buyer.client.conversation_id,
        )
        return Heard([{**row, **json.loads(row["body"])} for row in rows])

    def stored(self, storefront: str, number: str) -> Order:
        """Read an order from the database."""
        with self.uow() as uow:
            order = uow.orders.find(storefront, number)
        assert order is not None, f"no order {number}"
        return order

    def sql(self, query: str, **values: Any) -> Sequence[dict[str, Any]]:
        """Read rows straight from the database."""
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(query), values).mappings()]

    def close(self) -> None:
        """End every conversation's connection."""
        for client in self._clients:
            client.close()
        self._clients.clear()

    def reset(self) -> None:
        """Back to the beginning of time, with nobody in the queue of an earlier test."""
        self.at(START)
        ended = "UPDATE handoffs SET state = 'ended' WHERE state = 'waiting'"
        with self.engine.begin() as connection:
            connection.execute(text(ended))

    def _client(self) -> BuyerClient:
        client = BuyerClient(self.plan.address)
        self._clients.append(client)
        return client


def line(**changes: Any) -> dict[str, Any]:
    """Return an order line in the import format."""
    shoes = {"line_id": "1", "sku": "SHOE-BLUE-42", "name": "Blue canvas shoes", "quantity": 1}
    return {**shoes, "price": {"minor": 4200, "currency": "USD"}, **changes}


def shipped(moment: datetime) -> dict[str, Any]:
    """Return what changes in an order once its line has left: `world.order(b, **shipped(t))`."""
    at = moment.isoformat()
    parcel = {"shipment_id": "p1", "line_ids": ["1"], "state": "shipped", "shipped_at": at}
    return {
        "lines": [line(fulfilment="shipped")],
        "shipments": [parcel],
        "fulfilment_started_at": at,
    }


def letters_only(length: int = 8) -> str:
    """Return a name nobody else has; of digits alone it would be heard as an order's number."""
    return "".join(secrets.choice("bcdfghjklmnpqrstvwxz") for _ in range(length))


def seller(**changes: Any) -> dict[str, Any]:
    """Return a seller of a test's own, with an address of their own: `seller=seller()`."""
    key = letters_only()
    page = f"https://shop.example/{key}"
    return {
        "id": key,
        "nickname": f"Larch {key}",
        "email": f"{key}@sellers.example.com",
        "shipping_policy_url": f"{page}/shipping",
        "returns_policy_url": f"{page}/returns",
        **changes,
    }


def card(moment: datetime) -> dict[str, Any]:
    """Return a payment by card at that time: `payment=card(t)`."""
    return {
        "method": "card",
        "state": "paid",
        "paid_at": moment.isoformat(),
        "display": "Visa ending 4242",
        "provider_ref": f"pi_{secrets.token_hex(4)}",
    }


def order_entry(buyer: Buyer, now: datetime) -> dict[str, Any]:
    """Return an order of the buyer in the import format."""
    placed = (now - timedelta(days=2)).isoformat()
    price = {"minor": 4200, "currency": "USD"}
    return {
        "number": NUMBERS[buyer.storefront].format(next(_serial)),
        "storefront": buyer.storefront,
        "source_version": 1,
        "state": "open",
        "placed_at": placed,
        "currency": "USD",
        "total": price,
        "buyer": {"subject": buyer.subject, "email": buyer.email, "first_name": "Ada"},
        "seller": {"id": "seller-birch", "nickname": "Birch & Co", "email": "birch@example.com"},
        "payment": {"method": "bank_transfer", "state": "paid", "paid_at": placed},
        "lines": [line()],
    }
