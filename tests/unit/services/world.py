"""A small world for tests of services: one buyer, one seller, one conversation, a storefront."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from aftersale.adapters.policies import load_policies
from aftersale.domain.conversations import Conversation, Identity, Owner
from aftersale.domain.fulfilment import FulfilmentState, Shipment, TrackingEvent
from aftersale.domain.money import Money
from aftersale.domain.orders import Order, OrderKind, OrderLine, OrderState
from aftersale.domain.parties import Buyer, RestockingFee, Seller
from aftersale.domain.payments import Payment, PaymentMethod, PaymentState
from aftersale.jobs.relay import Relay
from aftersale.jobs.sweep import Sweep
from aftersale.policy.decision import Ask
from aftersale.services.call import Call, OrderHint
from aftersale.services.cancel import CancelOrder
from aftersale.services.consent import SupplierAnswer
from aftersale.services.contact_seller import ContactSeller
from aftersale.services.deciding import Wish
from aftersale.services.find_order import FindOrder
from aftersale.services.hold import AskHold
from aftersale.services.hours import LiveHelp
from aftersale.services.open_case import OpenCase
from aftersale.services.propose import propose
from aftersale.services.reminders import Reminders
from aftersale.services.shop_events import ShopEvents
from aftersale.services.show_order import ShowOrder
from aftersale.services.wiring import Wiring
from tests.unit.fakes import FakeStore
from tests.unit.fakes_outside import FakeMail, FakePayments, FakeShop, FakeVoice, counting_ids

S0, S1, S2, S3, S4 = (
    "seller-direct",
    "supplier-consent",
    "status-gated",
    "helpdesk",
    "group-buy",
)
NOW = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)
POLICIES = load_policies(Path(__file__).parents[3] / "storefronts")
NUMBERS = {S0: "SD-100234", S1: "SC-20261104-07", S2: "812345678901", S3: "HD/55821", S4: "GB77-1"}


_NONE = FulfilmentState.NONE


def payment(method, state, at):
    has_paid = state in {PaymentState.PAID, PaymentState.VERIFYING}
    return Payment(
        method,
        state,
        paid_at=at if has_paid else None,
        provider_ref="pi_1",
        display="Visa ending 4242",
    )


def parcels(goods, at):
    if goods not in {FulfilmentState.SHIPPED, FulfilmentState.DELIVERED}:
        return ()
    left, arrived = at + timedelta(hours=1), at + timedelta(hours=20)
    return (
        Shipment(
            "p",
            ("1",),
            goods,
            carrier="Fast",
            tracking_number="T1",
            shipped_at=left,
            delivered_at=arrived if goods is FulfilmentState.DELIVERED else None,
            events=(TrackingEvent(left, "Left", "Lyon"),),
        ),
    )


class World:
    """Everything a test of a service needs, around one storefront."""

    def __init__(self, storefront=S2, **order):
        self.storefront, self.now, self.turns = storefront, NOW, 0
        self.store = FakeStore()
        self.wiring = Wiring(
            uow=self.store,
            policies=dict(POLICIES),
            voice=FakeVoice(),
            new_id=counting_ids(),
            base_url="https://help.example",
        )
        self.shop, self.payments, self.mail = FakeShop(), FakePayments(), FakeMail()
        self.find, self.show = FindOrder(self.wiring), ShowOrder(self.wiring)
        self.cancel, self.hold = CancelOrder(self.wiring), AskHold(self.wiring)
        self.contact, self.case = ContactSeller(self.wiring), OpenCase(self.wiring)
        self.help = LiveHelp(self.wiring)
        self.reminders, self.supplier = Reminders(self.wiring), SupplierAnswer(self.wiring)
        self.shop_events, self.sweep = ShopEvents(self.wiring), Sweep(self.wiring)
        self.number = NUMBERS[storefront]
        self._fill(order)

    def _fill(self, order):
        tables = self.store.tables
        for who in ("ann", "bob"):
            tables.buyers[who] = Buyer(who, self.storefront, who, f"{who}@x.example", who.title())
        tables.sellers["sel"] = Seller(
            "sel",
            self.storefront,
            "Blue Barn",
            "barn@seller.example",
            phone="+49 30 1",
            shipping_policy_url="https://s.example/shipping",
            returns_policy_url="https://s.example/returns",
            restocking_fee=RestockingFee(percent=Decimal("10.00")),
        )
        tables.conversations["conv"] = self.conversation("conv", "ann")
        self.put(self.order(**order))

    def conversation(self, conversation_id, buyer):
        return Conversation(
            conversation_id,
            self.storefront,
            Owner.BOT,
            1,
            NOW,
            "hash",
            NOW + timedelta(hours=1),
            buyer_id=buyer,
            verified_until=NOW + timedelta(hours=1),
        )

    def order(
        self,
        number=None,
        *,
        buyer="ann",
        goods=_NONE,
        paid=PaymentState.PAID,
        method=PaymentMethod.CARD,
        age=timedelta(hours=30),
        name="Blue shoes",
        **more,
    ):
        at = NOW - age
        line = OrderLine(
            "1", "SKU-77", name, 1, Money(1999, "USD"), {"size": "42"}, fulfilment=goods
        )
        base = Order(
            number=number or self.number,
            storefront=self.storefront,
            buyer_id=buyer,
            seller_id="sel",
            kind=OrderKind.NORMAL,
            state=OrderState.OPEN,
            placed_at=at,
            currency="USD",
            total=Money(1999, "USD"),
            lines=(line,),
            payment=payment(method, paid, at),
            shipments=parcels(goods, at),
            fulfilment_started_at=None if goods is _NONE else at + timedelta(minutes=5),
            estimated_delivery_at=NOW + timedelta(days=3),
            address={"name": "Ann Lee", "street": "High Road 5", "city": "Lyon", "zip": "69001"},
        )
        return replace(base, **more)

    def put(self, order):
        self.store.tables.orders[order.storefront, order.number] = order
        return order

    def change(self, **more):
        """Change the order behind the buyer's back, as the shop would."""
        old = self.stored()
        return self.put(replace(old, version=old.version + 1, **more))

    def ship(self):
        lines = tuple(replace(x, fulfilment=FulfilmentState.SHIPPED) for x in self.stored().lines)
        self.change(lines=lines)

    def stored(self, number=None):
        return self.store.tables.orders[self.storefront, number or self.number]

    def later(self, **delta):
        self.now += timedelta(**delta)
        return self

    def call(self, *, buyer="ann", conversation="conv", turn=None):
        self.turns += 1
        identity = Identity(self.storefront, buyer)
        return Call(conversation, turn or f"turn-{self.turns}", identity, self.now)

    def hint(self):
        return OrderHint(number=self.number)

    def propose(self, **more):
        return self.cancel.propose(self.call(), self.hint(), **more)

    def write(self, call, hint, *, reason_text=None, as_yes=True):
        """Offer a prepared letter, or take the wish to write as the yes to it."""
        sent = self.contact.if_offered(call, hint) if as_yes else None
        wish = Wish(Ask.CONTACT_SELLER, reason_text=reason_text)
        return sent or propose(self.wiring, call, hint, wish)

    def yes(self, **call):
        return self.cancel.confirm(self.call(**call))

    def relay(self):
        return Relay(
            self.wiring, shop=self.shop, payments=self.payments, mail=self.mail, max_attempts=3
        )

    def run_relay(self):
        """Run until nothing is due: an acknowledgement writes rows of its own."""
        relay, rounds = self.relay(), 0
        while relay.run(self.now, jitter=lambda: 0.0) and rounds < 10:
            rounds += 1

    def told(self, conversation="conv"):
        return [
            e.body["response"]
            for e in self.store.tables.events
            if e.conversation_id == conversation
        ]

    def outbox(self):
        return list(self.store.tables.outbox.values())

    def only(self, name):
        (one,) = vars(self.store.tables)[name].values()
        return one
