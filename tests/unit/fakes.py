"""In-memory fakes of the ports: a lock is the transaction, a thrown-away copy the rollback."""

import copy
import json
import threading
from dataclasses import dataclass, field, replace
from typing import Any

from aftersale.domain.fulfilment import GONE
from aftersale.domain.guests import reads
from aftersale.domain.orders import OrderState
from aftersale.domain.payments import PaymentState
from aftersale.domain.requests import OPEN_REQUESTS, CommandState, RequestKind
from aftersale.errors import RequestOpen, StaleOrder
from aftersale.services import ports
from aftersale.services.matching import compact
from aftersale.store.shop_word import merged
from tests.unit.fakes_accounts import FakeAccounts
from tests.unit.fakes_acting import FakeBlocks, FakeLookups, FakeProposals
from tests.unit.fakes_articles import FakeAgents, FakeArticles, FakeFeedback
from tests.unit.fakes_channels import ChannelTables, FakeChannels
from tests.unit.fakes_chats import FakeChats
from tests.unit.fakes_desk import FakeDeskPeople
from tests.unit.fakes_handoffs import FakeHandoffs
from tests.unit.fakes_passing import FakePassingThings
from tests.unit.fakes_records import (
    FakeAttachments,
    FakeCases,
    FakeConversations,
    FakeLedger,
    FakeMails,
    FakeOutbox,
    FakeSecureNotes,
)
from tests.unit.fakes_sellers import FakeProducts, FakeSellerMail


@dataclass
class Tables:
    """Everything that is stored."""

    orders: dict[Any, Any] = field(default_factory=dict)
    buyers: dict[str, Any] = field(default_factory=dict)
    sellers: dict[str, Any] = field(default_factory=dict)
    contacts: list[Any] = field(default_factory=list)
    requests: dict[str, Any] = field(default_factory=dict)
    refunds: dict[str, Any] = field(default_factory=dict)
    links: dict[str, Any] = field(default_factory=dict)
    commands: dict[str, Any] = field(default_factory=dict)
    decisions: list[Any] = field(default_factory=list)
    conversations: dict[str, Any] = field(default_factory=dict)
    events: list[Any] = field(default_factory=list)
    buttons: list[Any] = field(default_factory=list)
    cases: dict[str, Any] = field(default_factory=dict)
    attachments: dict[str, Any] = field(default_factory=dict)
    mails: dict[str, Any] = field(default_factory=dict)
    mail_failures: dict[str, int] = field(default_factory=dict)
    news: dict[str, int] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    entries: list[Any] = field(default_factory=list)
    products: dict[Any, Any] = field(default_factory=dict)
    seller_messages: dict[str, Any] = field(default_factory=dict)
    bounces: dict[str, Any] = field(default_factory=dict)
    seller_events: dict[str, Any] = field(default_factory=dict)
    seller_flags: dict[Any, Any] = field(default_factory=dict)
    secure: dict[str, Any] = field(default_factory=dict)
    events_of_provider: dict[str, Any] = field(default_factory=dict)
    outbox: dict[str, Any] = field(default_factory=dict)
    promises: dict[str, Any] = field(default_factory=dict)
    articles: dict[Any, Any] = field(default_factory=dict)
    searches: dict[str, Any] = field(default_factory=dict)
    ratings: dict[str, Any] = field(default_factory=dict)
    presences: dict[str, Any] = field(default_factory=dict)
    seen_agents: dict[str, Any] = field(default_factory=dict)
    audit: list[Any] = field(default_factory=list)
    accounts: dict[str, Any] = field(default_factory=dict)
    resets: list[Any] = field(default_factory=list)
    codes: dict[str, Any] = field(default_factory=dict)
    handoffs: dict[str, Any] = field(default_factory=dict)
    proposals: dict[str, Any] = field(default_factory=dict)
    blocks: dict[str, Any] = field(default_factory=dict)
    case_notes: list[Any] = field(default_factory=list)
    desk_users: dict[str, Any] = field(default_factory=dict)
    desk_sessions: dict[str, Any] = field(default_factory=dict)
    desk_attempts: dict[str, Any] = field(default_factory=dict)
    channels: ChannelTables = field(default_factory=ChannelTables)


def _page_key(order):
    return order.placed_at, order.number


class FakeOrders(ports.Orders):
    def __init__(self, tables):
        self.t = tables

    def find(self, storefront, number):
        wanted = compact(number)
        return next(
            (o for (s, n), o in self.t.orders.items() if s == storefront and compact(n) == wanted),
            None,
        )

    def locked(self, storefront, number):
        return self.find(storefront, number)

    def paid_with_others(self, order):
        return any(
            (o.storefront, o.number) != (order.storefront, order.number)
            and o.payment.provider_ref == order.payment.provider_ref
            and o.state is not OrderState.CANCELLED
            for o in self.t.orders.values()
        )

    def find_own(self, storefront, number, buyer_id):
        order = self.find(storefront, number)
        return order if order and reads(buyer_id, order) else None

    def of_buyer(self, storefront, buyer_id, *, limit=50):
        mine = [
            o for o in self.t.orders.values() if o.storefront == storefront and reads(buyer_id, o)
        ]
        return sorted(mine, key=lambda o: o.placed_at, reverse=True)[:limit]

    def unpaid_before(self, storefront, placed_before, *, after=None, limit=100):
        due = [
            o
            for o in self.t.orders.values()
            if o.storefront == storefront
            and o.state is OrderState.OPEN
            and o.payment.state is PaymentState.AWAITING
            and o.placed_at <= placed_before
            and (after is None or _page_key(o) > _page_key(after))
        ]
        return sorted(due, key=_page_key)[:limit]

    def save(self, order, *, audit):
        key = (order.storefront, order.number)
        if self.t.orders[key].version != order.version:
            raise StaleOrder("The order changed in between.")
        self.t.orders[key] = replace(order, version=order.version + 1)
        self.t.audit.append(audit)
        return self.t.orders[key]

    def upsert_from_shop(self, order, *, audit):
        key = (order.storefront, order.number)
        stored = self.t.orders.get(key)
        taken = order if stored is None else merged(stored, order)
        if taken is None:
            return None
        self.t.orders[key] = replace(taken, version=taken.version + (1 if stored else 0))
        self.t.audit.append(audit)
        return self.t.orders[key]


class FakeParties(ports.Parties):
    def __init__(self, tables):
        self.t = tables

    def buyer(self, buyer_id):
        return self.t.buyers.get(buyer_id)

    def buyer_by_subject(self, storefront, subject):
        wanted = (storefront, subject)
        return next(
            (b for b in self.t.buyers.values() if (b.storefront, b.subject) == wanted), None
        )

    def add_buyer(self, buyer):
        self.t.buyers[buyer.buyer_id] = buyer
        return buyer

    def seller(self, seller_id):
        return self.t.sellers.get(seller_id)

    def add_seller(self, seller):
        self.t.sellers[seller.seller_id] = seller

    def log_contact(self, **attempt):
        self.t.contacts.append(attempt)

    def contacts(self, seller_id, order_number):
        return sum(
            c["seller_id"] == seller_id and c["order_number"] == order_number
            for c in self.t.contacts
        )

    def first_contact(self, seller_id, order_number):
        return min(
            (
                c["at"]
                for c in self.t.contacts
                if c["seller_id"] == seller_id and c["order_number"] == order_number
            ),
            default=None,
        )

    def last_contact(self, seller_id, order_number):
        return max(
            (
                c["at"]
                for c in self.t.contacts
                if c["seller_id"] == seller_id and c["order_number"] == order_number
            ),
            default=None,
        )


class FakeRequests(ports.Requests):
    def __init__(self, tables):
        self.t = tables

    def add(self, request):
        for other in self.open_for_order(request.storefront, request.order_number):
            same = request.kind is RequestKind.CANCELLATION and other.kind is request.kind
            if same and set(other.line_ids) & set(request.line_ids):
                raise RequestOpen("A cancellation is open already.")
        assert request.idempotency_key not in {r.idempotency_key for r in self.t.requests.values()}
        self.t.requests[request.request_id] = request

    def get(self, request_id):
        return self.t.requests.get(request_id)

    def for_order(self, storefront, number):
        return [
            r
            for r in self.t.requests.values()
            if (r.storefront, r.order_number) == (storefront, number)
        ]

    def open_for_order(self, storefront, number):
        return [r for r in self.for_order(storefront, number) if r.state in OPEN_REQUESTS]

    def save(self, request, *, audit):
        self.t.requests[request.request_id] = request
        self.t.audit.append(audit)

    def overtaken(self, *, limit=100):
        found = []
        for request in self.t.requests.values():
            order = self.t.orders[request.storefront, request.order_number]
            left = any(x.fulfilment in GONE for x in order.lines if x.line_id in request.line_ids)
            if request.state in OPEN_REQUESTS and order.state is OrderState.OPEN and left:
                found.append(request)
        return found[:limit]

    def due(self, now, *, limit=100):
        return [
            r
            for r in self.t.requests.values()
            if r.state in OPEN_REQUESTS and r.due_by and r.due_by <= now
        ][:limit]

    def add_refund(self, refund):
        assert refund.idempotency_key not in {r.idempotency_key for r in self.t.refunds.values()}
        self.t.refunds[refund.refund_id] = refund

    def refunds(self, storefront, number):
        return [
            r
            for r in self.t.refunds.values()
            if (r.storefront, r.order_number) == (storefront, number)
        ]

    def save_refund(self, refund, *, audit):
        self.t.refunds[refund.refund_id] = refund
        self.t.audit.append(audit)

    def refunds_of_payment(self, provider_ref):
        return [
            r
            for r in self.t.refunds.values()
            if self.t.orders[r.storefront, r.order_number].payment.provider_ref == provider_ref
        ]

    def note_event(self, event_id, *, kind, at):
        is_new = event_id not in self.t.events_of_provider
        self.t.events_of_provider[event_id] = kind
        return is_new

    def add_link(self, link):
        self.t.links[link.token_hash] = link

    def link(self, token_hash):
        return self.t.links.get(token_hash)

    def links_since(self, purpose, subject_id, since):
        same = [
            x for x in self.t.links.values() if (x.purpose, x.subject_id) == (purpose, subject_id)
        ]
        return sum(link.created_at > since for link in same)

    def end_links(self, purpose, subject_id, *, at):
        for link in self.t.links.values():
            if (link.purpose, link.subject_id, link.used_at) == (purpose, subject_id, None):
                self.use_link(link.token_hash, at=at, answer="ended")

    def use_link(self, token_hash, *, at, answer):
        if self.t.links[token_hash].used_at is not None:
            return False
        self.t.links[token_hash] = replace(self.t.links[token_hash], used_at=at, answer=answer)
        return True


class FakeCommands(ports.Commands):
    def __init__(self, tables):
        self.t = tables

    def add(self, command):
        self.t.commands[command.command_id] = command

    def _of(self, conversation_id):
        return [c for c in self.t.commands.values() if c.conversation_id == conversation_id]

    def open_for(self, conversation_id):
        opened = [c for c in self._of(conversation_id) if c.state is CommandState.OPEN]
        return opened[-1] if opened else None

    def last_for(self, conversation_id):
        every = self._of(conversation_id)
        return every[-1] if every else None

    def get(self, command_id):
        return self.t.commands.get(command_id)

    def move(self, command):
        undone = command.state is CommandState.UNDONE
        leaves = CommandState.DONE if undone else CommandState.OPEN
        if self.t.commands[command.command_id].state is not leaves:
            return False
        self.t.commands[command.command_id] = command
        return True

    def done_in_turn(self, turn_id):
        return next(
            (c for c in self.t.commands.values() if c.result and c.result["turn_id"] == turn_id),
            None,
        )

    def add_decision(self, decision_id, decision, **about):
        json.dumps(about["request"])
        self.t.decisions.append((decision_id, decision, about))


class FakeStore:
    """Makes units of work; `tables` is what was committed."""

    def __init__(self):
        self.tables = Tables()
        self.lock = threading.Lock()

    def __call__(self):
        return FakeUow(self)


class FakeUow(ports.UnitOfWork):
    def __init__(self, store):
        self._store = store

    def __enter__(self):
        assert self._store.lock.acquire(timeout=5), "a transaction inside a transaction"
        tables = self._tables = Tables(
            **{name: copy.copy(rows) for name, rows in vars(self._store.tables).items()}
        )
        self.orders, self.parties = FakeOrders(tables), FakeParties(tables)
        self.requests, self.commands = FakeRequests(tables), FakeCommands(tables)
        self.conversations, self.cases = FakeConversations(tables), FakeCases(tables)
        self.attachments, self.mails = FakeAttachments(tables), FakeMails(tables)
        self.products, self.seller_mail = FakeProducts(tables), FakeSellerMail(tables)
        self.secure = FakeSecureNotes(tables)
        self.outbox, self.ledger = FakeOutbox(tables), FakeLedger(tables)
        self.accounts, self.chats = FakeAccounts(tables), FakeChats()
        self.articles, self.feedback = FakeArticles(tables), FakeFeedback(tables)
        self.agents, self.passing = FakeAgents(tables), FakePassingThings(tables)
        self.handoffs, self.desk = FakeHandoffs(tables), FakeDeskPeople(tables)
        self.proposals, self.blocks = FakeProposals(tables), FakeBlocks(tables)
        self.lookups, self.channels = FakeLookups(tables), FakeChannels(tables)
        return self

    def __exit__(self, *error):
        self._store.lock.release()

    def commit(self):
        self._store.tables = self._tables
