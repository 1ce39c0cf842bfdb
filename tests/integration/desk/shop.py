"""What the tests of the desk act on: a buyer, a seller, an order of each kind, a conversation."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from aftersale.domain.conversations import Conversation, Owner
from aftersale.domain.fulfilment import FulfilmentState, Shipment
from aftersale.domain.money import Money
from aftersale.domain.orders import Order, OrderKind, OrderLine, OrderState
from aftersale.domain.parties import Buyer, Seller
from aftersale.domain.payments import Payment, PaymentMethod, PaymentState
from aftersale.domain.requests import AuditEntry
from aftersale.store.database import make_engine

GATED, CONSENT, HELPDESK, DIRECT = "status-gated", "supplier-consent", "helpdesk", "seller-direct"
WHY = "The buyer was promised this by phone."


class Shop:
    """One storefront's buyer and orders in the desk's own store."""

    def __init__(self, desk, storefront=GATED):
        self.desk, self.storefront = desk, storefront
        self.buyer = Buyer(f"b-{storefront}", storefront, "mia", "mia@buyers.example", "Mia")
        self.seller = Seller(
            f"s-{storefront}", storefront, "Blue Barn", "barn@sellers.example", email_valid=True
        )
        with desk.services.uow() as uow:
            uow.parties.add_buyer(self.buyer)
            uow.parties.add_seller(self.seller)
            uow.commit()

    def order(self, number="8123", *, lines=1, goods=FulfilmentState.NONE, **more):
        now = self.desk.now
        paid = now - timedelta(hours=30)
        names = ("Blue shoes", "Red hat", "Green bag")
        price = Money(1999, "USD")
        made = Order(
            number=number,
            storefront=self.storefront,
            buyer_id=self.buyer.buyer_id,
            seller_id=self.seller.seller_id,
            kind=OrderKind.NORMAL,
            state=OrderState.OPEN,
            placed_at=paid - timedelta(hours=1),
            currency="USD",
            total=Money(1999 * lines, "USD"),
            lines=tuple(
                OrderLine(str(n + 1), f"SKU-{n}", names[n], 1, price, fulfilment=goods)
                for n in range(lines)
            ),
            payment=Payment(
                PaymentMethod.CARD,
                PaymentState.PAID,
                paid_at=paid,
                verified_at=paid + timedelta(minutes=5),
                provider_ref=f"pi-{number}",
                display="Visa ending 4242",
            ),
            shipments=self._parcels(goods, paid, lines),
            fulfilment_started_at=None if goods is FulfilmentState.NONE else paid,
            address={"city": "Lyon", "street": "High Road 5"},
            source_version=1,
        )
        return self.put(replace(made, **more))

    def _parcels(self, goods, paid, lines):
        if goods not in {FulfilmentState.SHIPPED, FulfilmentState.DELIVERED}:
            return ()
        ids = tuple(str(n + 1) for n in range(lines))
        left, arrived = paid + timedelta(hours=2), paid + timedelta(hours=20)
        arrived = arrived if goods is FulfilmentState.DELIVERED else None
        return (Shipment("p", ids, goods, shipped_at=left, delivered_at=arrived),)

    def put(self, order):
        audit = AuditEntry(self.desk.now, "shop", "order.told", f"order:{order.number}")
        with self.desk.services.uow() as uow:
            stored = uow.orders.upsert_from_shop(order, audit=audit)
            uow.commit()
        assert stored is not None
        return stored

    def ship(self, number="8123"):
        """The shop sends the goods away behind the agent's back."""
        order = self.stored(number)
        lines = tuple(replace(x, fulfilment=FulfilmentState.SHIPPED) for x in order.lines)
        return self.put(replace(order, lines=lines, source_version=order.source_version + 1))

    def stored(self, number="8123"):
        with self.desk.services.uow() as uow:
            return uow.orders.find(self.storefront, number)

    def talk(self, conversation_id="talk", *, buyer=True, **more):
        now = self.desk.now
        values = {
            "conversation_id": conversation_id,
            "storefront": self.storefront,
            "owner": Owner.BOT,
            "owner_version": 1,
            "created_at": now,
            "token_hash": "0" * 64,
            "token_expires_at": now + timedelta(hours=1),
            "buyer_id": self.buyer.buyer_id if buyer else None,
            "verified_until": now + timedelta(hours=1) if buyer else None,
        }
        conversation = Conversation(**values | more)
        with self.desk.services.uow() as uow:
            uow.conversations.add(conversation)
            uow.commit()
        return conversation

    def said(self, conversation_id="talk"):
        """Return what stands in the log: responses of the house, texts of people."""
        with self.desk.services.uow() as uow:
            events = uow.conversations.events(conversation_id, since=0)
        return [
            event.body.get("response") or event.body["blocks"][0]["text"]
            for event in events
            if event.body.get("blocks")
        ]

    def rows(self, table, **where):
        """Return what the database holds, read past every service."""
        engine = make_engine(self.desk.settings.database_url)
        fits = " AND ".join(f"{name} = :{name}" for name in where) or "1 = 1"
        with engine.connect() as connection:
            found = connection.execute(text(f"SELECT * FROM {table} WHERE {fits}"), where)
            rows = [dict(row._mapping) for row in found]
        engine.dispose()
        return rows

    def everything(self):
        """Return how much of each kind there is: what must not change when nothing happens."""
        tables = ("order_requests", "refunds", "outbox", "cases", "events")
        return {name: len(self.rows(name)) for name in tables} | {
            "orders": [(row["number"], row["state"]) for row in self.rows("orders")]
        }
