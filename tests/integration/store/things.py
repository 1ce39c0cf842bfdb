"""Things to store, each made with what a test cares about."""

from datetime import datetime, timedelta, timezone

from aftersale.domain.cases import Case, CaseEntry, CaseOwner, CaseState, CaseType
from aftersale.domain.conversations import Button, Conversation, Owner, Turn, TurnState
from aftersale.domain.fulfilment import FulfilmentState, Shipment, TrackingEvent
from aftersale.domain.money import Money
from aftersale.domain.orders import Order, OrderKind, OrderLine, OrderState
from aftersale.domain.parties import Buyer, Seller
from aftersale.domain.payments import Payment, PaymentMethod, PaymentState
from aftersale.domain.requests import (
    AuditEntry,
    CommandKind,
    CommandState,
    LinkPurpose,
    OneTimeLink,
    OrderRequest,
    OutboxKind,
    OutboxRow,
    PendingCommand,
    Promise,
    Refund,
    RefundKind,
    RefundState,
    RequestKind,
    RequestState,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
SHOP = "supplier-consent"
BUYER = Buyer("b1", SHOP, "buyer-1", "buyer1@example.com", "Alex", "M1", "Europe/Berlin", "en")
SELLER = Seller("sc:delta", SHOP, "Blue Delta", "delta@sellers.example.com")
SECOND = timedelta(seconds=1)


def a_line(line_id="L1", **more):
    values = {
        "line_id": line_id,
        "sku": f"SKU-{line_id}",
        "name": "Blue running shoes",
        "quantity": 1,
        "price": Money(7400, "USD"),
        "options": {"size": "40"},
        "fulfilment": FulfilmentState.SHIPPED,
    }
    return OrderLine(**values | more)


def an_order(number="SC-20261101-01", **more):
    values = {
        "number": number,
        "storefront": SHOP,
        "buyer_id": BUYER.buyer_id,
        "seller_id": SELLER.seller_id,
        "kind": OrderKind.NORMAL,
        "state": OrderState.OPEN,
        "placed_at": NOW - timedelta(days=2),
        "currency": "USD",
        "total": Money(14800, "USD"),
        "lines": (a_line("L1"), a_line("L2", fulfilment=FulfilmentState.NONE)),
        "payment": Payment(PaymentMethod.CARD, PaymentState.PAID, paid_at=NOW - timedelta(days=1)),
        "shipments": (
            Shipment(
                "P1",
                ("L1",),
                FulfilmentState.SHIPPED,
                shipped_at=NOW - timedelta(hours=3),
                events=(TrackingEvent(NOW - timedelta(hours=2), "Handed over", "Depot"),),
            ),
        ),
        "address": {"city": "Bremen"},
        "source_version": 5,
    }
    return Order(**values | more)


def an_audit(action="tested", subject="order:S/1", **more):
    return AuditEntry(at=NOW, actor="system:test", action=action, subject=subject, **more)


def a_conversation(conversation_id="c1", **more):
    values = {
        "conversation_id": conversation_id,
        "storefront": SHOP,
        "owner": Owner.BOT,
        "owner_version": 1,
        "created_at": NOW,
        "token_hash": "0" * 64,
        "token_expires_at": NOW + timedelta(hours=1),
    }
    return Conversation(**values | more)


def a_turn(turn_id="t1", conversation_id="c1", seq=1, **more):
    values = {
        "turn_id": turn_id,
        "conversation_id": conversation_id,
        "seq": seq,
        "state": TurnState.WAITING,
        "fence": 0,
        "client_msg_id": f"m-{turn_id}",
        "created_at": NOW + seq * SECOND,
        "input": {"text": "hello"},
    }
    return Turn(**values | more)


def a_request(request_id="r1", **more):
    values = {
        "request_id": request_id,
        "kind": RequestKind.CANCELLATION,
        "state": RequestState.SENT,
        "storefront": SHOP,
        "order_number": "SC-20261101-01",
        "line_ids": ("L1",),
        "actor": "seller",
        "conversation_id": None,
        "created_at": NOW,
        "due_by": NOW + timedelta(days=2),
        "idempotency_key": f"key-{request_id}",
    }
    return OrderRequest(**values | more)


def a_refund(refund_id="f1", **more):
    values = {
        "refund_id": refund_id,
        "storefront": SHOP,
        "order_number": "SC-20261101-01",
        "kind": RefundKind.REFUND,
        "state": RefundState.PENDING,
        "amount": Money(7400, "USD"),
        "destination": "Visa ending 4242",
        "created_at": NOW,
        "idempotency_key": f"key-{refund_id}",
    }
    return Refund(**values | more)


def a_link(token_hash="a" * 64, **more):
    values = {
        "token_hash": token_hash,
        "purpose": LinkPurpose.ANSWER_CANCELLATION,
        "subject_id": "r1",
        "created_at": NOW,
        "expires_at": NOW + timedelta(days=2),
    }
    return OneTimeLink(**values | more)


def a_command(command_id="k1", **more):
    values = {
        "command_id": command_id,
        "conversation_id": "c1",
        "kind": CommandKind.CANCEL,
        "state": CommandState.OPEN,
        "storefront": SHOP,
        "order_number": "SC-20261101-01",
        "decision_id": None,
        "order_version": 1,
        "terms_hash": "h",
        "terms": {"amount": 7400},
        "created_at": NOW,
        "expires_at": NOW + timedelta(minutes=30),
    }
    return PendingCommand(**values | more)


def an_effect(outbox_id="o1", **more):
    values = {
        "outbox_id": outbox_id,
        "kind": OutboxKind.MAIL,
        "idempotency_key": f"key-{outbox_id}",
        "payload": {"to": "x@example.com"},
        "not_before": NOW,
        "created_at": NOW,
    }
    return OutboxRow(**values | more)


def a_promise(promise_id="p1", **more):
    values = {
        "promise_id": promise_id,
        "conversation_id": "c1",
        "storefront": SHOP,
        "order_number": None,
        "code": "remind",
        "due_at": NOW,
        "made_at": NOW - timedelta(days=1),
    }
    return Promise(**values | more)


def a_case(number="C-0000-0001", **more):
    values = {
        "number": number,
        "storefront": SHOP,
        "type": CaseType.TICKET,
        "owner": CaseOwner.PLATFORM,
        "state": CaseState.OPEN,
        "buyer_id": None,
        "order_number": None,
        "conversation_id": None,
        "subject": "Help",
        "created_at": NOW,
    }
    return Case(**values | more)


def an_entry(number="C-0000-0001", text="Please help"):
    return CaseEntry(case_number=number, at=NOW, author="buyer", text=text)


def a_button(button_id="x1", **more):
    values = {
        "button_id": button_id,
        "conversation_id": "c1",
        "title": "Yes",
        "intent": "affirm",
        "entities": {},
        "created_at": NOW,
        "expires_at": NOW + timedelta(hours=1),
        "uses_left": 1,
    }
    return Button(**values | more)


def fill(uow_factory, *, orders=(), conversations=()):
    """Write the buyer, the seller, and what else a test begins with."""
    with uow_factory() as uow:
        uow.parties.add_buyer(BUYER)
        uow.parties.add_seller(SELLER)
        for order in orders:
            uow.orders.upsert_from_shop(order, audit=an_audit())
        for conversation in conversations:
            uow.conversations.add(conversation)
        uow.commit()
