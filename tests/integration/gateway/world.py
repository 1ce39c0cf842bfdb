"""A running gateway over a real SQLite store, with an engine and a clock that tests control."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock
from uuid import uuid4

from aiohttp import web
from aiohttp.test_utils import TestClient

from aftersale.adapters.identity_jwt import Key, sign_identity
from aftersale.domain.conversations import Button
from aftersale.domain.fulfilment import FulfilmentState, Shipment
from aftersale.domain.money import Money
from aftersale.domain.orders import Order, OrderKind, OrderLine, OrderState
from aftersale.domain.payments import Payment, PaymentMethod, PaymentState
from aftersale.domain.requests import AuditEntry
from aftersale.gateway.services import Services
from tests.integration.gateway.description import check

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
PAGES = re.compile(
    r"/(?:[a-z]|secure|help|widget|desks)/|/widget\.js|/chat"
)  # for people: no part of the interface
SHOP = "status-gated"
OTHER_SHOP = "group-buy"
KEYS = {
    SHOP: {"k1": Key("HS256", "s" * 64, "https://shop.example")},
    OTHER_SHOP: {"k1": Key("HS256", "g" * 64, "https://other.example")},
}
API = "/api/v1"
Answer = dict[str, Any]


class FakeVoice:
    """Says the name of the response; `choices` become buttons."""

    def say(self, response, variables, *, conversation, now):
        buttons = [
            Button(
                button_id=f"b-{uuid4().hex}",
                conversation_id=conversation.conversation_id,
                title=intent.title(),
                intent=intent,
                entities={"order_number": "8123"},
                created_at=now,
                expires_at=now + timedelta(hours=1),
                uses_left=1,
            )
            for intent in map(_name, variables.get("choices", ()))
        ]
        block: dict[str, Any] = {"type": "text", "fallback": f"[{response}]"}
        if buttons:
            shown = [{"id": button.button_id, "title": button.title} for button in buttons]
            block = block | {"type": "buttons", "buttons": shown}
        return [block], buttons

    def plain(self, response, variables, *, storefront, locale, timezone):
        return response


@dataclass
class FakeEngine:
    """Speaks the engine's protocol over a socket. `answer` decides what comes back."""

    answer: Callable[[Answer], Awaitable[web.Response]] | None = None
    seen: list[Answer] = field(default_factory=list)
    model: str | None = "model-1"
    erased: list[str] = field(default_factory=list)
    appended: list[Answer] = field(default_factory=list)
    state: Answer = field(default_factory=lambda: {"slots": {}, "form": None})

    def app(self, secret: str) -> web.Application:
        async def message(request: web.Request) -> web.Response:
            assert request.headers["X-Engine-Secret"] == secret
            body = await request.json()
            self.seen.append(body)
            if self.answer is not None:
                return await self.answer(body)
            return says("utter_echo")

        async def health(request: web.Request) -> web.Response:
            return web.json_response({"ready": self.model is not None, "model": self.model})

        async def erase(request: web.Request) -> web.Response:
            self.erased.append((await request.json())["conversation_id"])
            return web.json_response({"erased": 1})

        async def append(request: web.Request) -> web.Response:
            self.appended.append(await request.json())
            return web.json_response({"events": 1, "paused": False})

        async def state(request: web.Request) -> web.Response:
            return web.json_response(self.state)

        app = web.Application()
        app.router.add_post("/webhooks/aftersale/append", append)
        app.router.add_post("/webhooks/aftersale/state", state)
        app.router.add_post("/webhooks/aftersale/erase", erase)
        app.router.add_post("/webhooks/aftersale/message", message)
        app.router.add_get("/webhooks/aftersale/health", health)
        return app


def _name(choice):
    return choice if isinstance(choice, str) else choice["intent"]


def says(*responses: str, **variables: Any) -> web.Response:
    messages = [{"response": name, "variables": variables} for name in responses]
    return web.json_response({"messages": messages, "parse": {"intent": "x"}, "events": 1})


@dataclass
class Reply:
    status: int
    body: Any
    headers: Any


@dataclass
class World:
    """What a test holds in its hands."""

    client: TestClient
    services: Services
    engine: FakeEngine
    now: list[datetime]
    supplier: Mock

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str = "",
        raw: Any = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        sent = {"Content-Type": "application/json"} | (headers or {})
        if token:
            sent["Authorization"] = f"Bearer {token}"
        data = raw if raw is not None else (json.dumps(body).encode() if body is not None else b"")
        async with self.client.request(method, path, data=data, headers=sent) as response:
            content = await response.read()
            if not PAGES.match(path):
                check(
                    method, path.partition("?")[0], response.status, response.content_type, content
                )
            is_json = response.content_type.endswith("json")
            body = json.loads(content) if is_json else content.decode()
            return Reply(response.status, body, response.headers)

    def identity(self, subject: str = "ann", storefront: str = SHOP, **claims: Any) -> str:
        return sign_identity(
            KEYS[storefront]["k1"], kid="k1", storefront=storefront, subject=subject,
            now=self.now[0], **claims,
        )  # fmt: skip

    async def open(self, identity: str | None = None, storefront: str = SHOP) -> "Talk":
        body = {"storefront": storefront} | ({"identity": identity} if identity else {})
        reply = await self.call("POST", f"{API}/sessions", body)
        assert reply.status == 201, reply.body
        return Talk(self, reply.body["conversation_id"], reply.body["token"])

    def add_order(self, buyer_subject: str, **changes: Any) -> Order:
        with self.services.uow() as uow:
            buyer = uow.parties.buyer_by_subject(SHOP, buyer_subject)
            assert buyer is not None
            order = replace(make_order(buyer.buyer_id), **changes)
            audit = AuditEntry(
                at=NOW, actor="shop", action="import", subject=f"order:{SHOP}/{order.number}"
            )
            stored = uow.orders.upsert_from_shop(order, audit=audit)
            uow.commit()
        assert stored is not None
        return stored


@dataclass
class Talk:
    """One conversation of the world."""

    world: World
    conversation_id: str
    token: str

    @property
    def path(self) -> str:
        return f"{API}/conversations/{self.conversation_id}"

    async def send(self, text: str | None = None, **more: Any) -> Reply:
        body = {"client_msg_id": uuid4().hex} | more
        if text is not None:
            body["text"] = text
        return await self.world.call("POST", f"{self.path}/messages", body, token=self.token)

    async def events(self, since: int = 0, wait: float = 0) -> list[Answer]:
        path = f"{self.path}/events?since={since}&wait={wait}"
        reply = await self.world.call("GET", path, token=self.token)
        assert reply.status == 200, reply.body
        return reply.body["events"]

    async def until_done(self, turns: int = 1) -> list[Answer]:
        """Read until so many turns are done; the long poll does the waiting."""
        seen: list[Answer] = []
        async with asyncio.timeout(10):
            while sum(event["type"] == "turn_done" for event in seen) < turns:
                seen += await self.events(since=seen[-1]["seq"] if seen else 0, wait=5)
        return seen

    def stored(self) -> list[Answer]:
        with self.world.services.uow() as uow:
            return [
                event.body for event in uow.conversations.events(self.conversation_id, since=0)
            ]


def responses(events: list[Answer]) -> list[str]:
    return [event["response"] for event in events if "response" in event]


def make_order(buyer_id: str, number: str = "812345678901") -> Order:
    price = Money(1999, "USD")
    line = OrderLine("1", "SKU-1", "Blue shoes", 1, price, fulfilment=FulfilmentState.NONE)
    return Order(
        number=number, storefront=SHOP, buyer_id=buyer_id, seller_id=None,
        kind=OrderKind.NORMAL, state=OrderState.OPEN, placed_at=NOW - timedelta(days=1),
        currency="USD", total=price, lines=(line,),
        payment=Payment(PaymentMethod.CARD, PaymentState.PAID, paid_at=NOW),
        shipments=(), source_version=1,
    )  # fmt: skip


def shipped(order: Order, tracking: str) -> Order:
    shipment = Shipment("s1", ("1",), FulfilmentState.SHIPPED, tracking_number=tracking)
    return replace(order, shipments=(shipment,))
