"""A running app with one bot on Telegram, the contract server beyond it, and an engine stub."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import pytest
import urllib3
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import text

from aftersale.adapters.identity_jwt import sign_identity
from aftersale.bootstrap_channels import Around, connectors_of, messengers
from aftersale.channel_accounts import AccountConfig
from aftersale.domain.channels import Account, Channel, Send, Thread
from aftersale.domain.conversations import Author, Conversation
from aftersale.gateway.app import create_app
from aftersale.gateway.services import Services
from aftersale.services.call import Call
from aftersale.services.channels.link_making import ChannelLinks, Reachable
from aftersale.services.confirm import Confirm
from aftersale.services.conversations import identity_of
from aftersale.services.saying import say
from aftersale.settings import Settings
from tests.contract.telegram_server import SECRET, TOKEN, Delivery, FakeTelegram
from tests.integration.gateway.conftest import _services, wiring_of
from tests.integration.gateway.world import API, KEYS, NOW, SHOP, FakeEngine

NAME = "shop-telegram"
ACCOUNT = Account(NAME, Channel.TELEGRAM, SHOP)
WEBHOOK = f"/api/v1/channels/{NAME}/webhook"
ANN = 501
_WAITING = "SELECT 1 FROM channel_events WHERE due_at IS NOT NULL"
SECONDS = 20.0  # until something that should happen has to have happened


class Clock:
    """The time of the app and of Telegram: it runs, and a test may turn it on."""

    def __init__(self, start: datetime = NOW) -> None:
        self._start, self._began = start, monotonic()

    def __call__(self) -> datetime:
        return self._start + timedelta(seconds=monotonic() - self._began)

    def turn(self, by: timedelta) -> None:
        self._start += by


@dataclass
class App:
    """What a test holds in its hands."""

    client: TestClient
    services: Services
    engine: FakeEngine
    server: FakeTelegram
    clock: Clock
    is_called: bool
    http: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False))

    def post(self, delivery: Delivery) -> int:
        url = str(self.client.make_url(WEBHOOK))
        return self.http.request("POST", url, body=delivery.body, headers=delivery.headers).status

    async def deliver(self, **how: Any) -> list[int]:
        """Hand over what waits at Telegram; who asks for it themselves gets it anyway."""
        if not self.is_called:
            return []
        return await asyncio.to_thread(self.server.flush, self.post, **how)

    async def until(self, holds: Callable[[], Any]) -> Any:
        """Return what holds once it does; the app works meanwhile."""
        async with asyncio.timeout(SECONDS):
            while True:
                if found := holds():
                    return found
                await asyncio.sleep(0.02)

    async def hears(self, chat: int, *words: str) -> None:
        """Deliver, and wait until a chat has got so many messages."""
        await self.deliver()
        await self.until(lambda: len(self.server.said(chat)) >= len(words))
        assert self.server.said(chat) == list(words)

    async def settled(self) -> None:
        """Deliver, and wait until nothing of it is left to do."""
        await self.deliver()
        await self.until(lambda: not self.server.state.queue)
        await self.until(lambda: not self.rows(_WAITING))

    # What is stored.

    def rows(self, statement: str) -> list[Any]:
        with self.services.uow() as uow:
            return [tuple(row) for row in uow._connection.execute(text(statement))]

    def everything(self) -> str:
        """Return all that is stored, as one text."""
        tables = self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        return "".join(str(self.rows(f"SELECT * FROM {name}")) for (name,) in tables)

    def thread(self, address: int) -> Thread | None:
        with self.services.uow() as uow:
            return uow.channels.thread(NAME, str(address))

    def conversation(self, address: int) -> Conversation:
        thread = self.thread(address)
        assert thread is not None
        assert thread.conversation_id is not None
        with self.services.uow() as uow:
            found = uow.conversations.get(thread.conversation_id)
        assert found is not None
        return found

    def messages(self, address: int) -> list[dict[str, Any]]:
        """Return what the buyer's messages in the log say."""
        own = self.conversation(address).conversation_id
        with self.services.uow() as uow:
            events = uow.conversations.events(own, since=0)
        return [each.body for each in events if each.author is Author.BUYER]

    def sends(self, address: int) -> list[Send]:
        own = self.conversation(address).conversation_id
        with self.services.uow() as uow:
            return list(uow.channels.sends_of(own, since=0))

    def says(self, address: int, response: str, **variables: Any) -> None:
        """Something of ours is said in the conversation, at any time."""
        conversation = self.conversation(address)
        with self.services.uow() as uow:
            say(
                uow,
                self.services.voice,
                conversation,
                response=response,
                variables=variables,
                author=Author.SYSTEM,
                now=self.clock(),
            )
            uow.commit()

    def written(self) -> list[str]:
        """Return what the engine was asked, in order."""
        return [str(each.get("text")) for each in self.engine.seen]

    async def start_link(self, subject: str) -> str:
        """Return the link that the shop shows a signed-in buyer."""
        key = KEYS[SHOP]["k1"]
        identity = sign_identity(
            key, kid="k1", storefront=SHOP, subject=subject, now=self.clock(), name="Ann Lee"
        )
        opened = {"storefront": SHOP, "identity": identity}
        async with self.client.post(f"{API}/sessions", json=opened) as answer:
            token = (await answer.json())["token"]
        headers = {"Authorization": f"Bearer {token}"}
        wanted = {"account": NAME}
        async with self.client.post(
            f"{API}/channels/links", json=wanted, headers=headers
        ) as answer:
            return (await answer.json())["url"]

    def confirms(self, body: dict[str, Any]) -> str:
        """Do what the yes of a turn does; return the response."""
        wiring = wiring_of(self.services.policies, self.services.uow, self.services.voice)
        conversation_id, now = body["conversation_id"], self.clock()
        with self.services.uow() as uow:
            identity = identity_of(uow.conversations.get(conversation_id), now)
        call = Call(conversation_id, body["turn_id"], identity, now)
        return Confirm(wiring).confirm(call).response

    async def close(self) -> None:
        await self.client.close()
        self.services.close()


def settings_of(folder: Any) -> Settings:
    return Settings.from_env(
        {"AFTERSALE_DATA_DIR": str(folder), "AFTERSALE_MODE": "test"}
        | {f"AFTERSALE_RATE_{name}": "off" for name in ("ADDRESS", "SOCKETS")}
    )


@dataclass
class Starter:
    """Starts apps over one store, one after another: a second one is a restart."""

    folder: Any
    policies: Any
    server: FakeTelegram
    engine: FakeEngine
    engine_url: str
    clock: Clock
    mode: str
    running: list[App] = field(default_factory=list)

    async def start(self, *, with_jobs: bool = True) -> App:
        settings = settings_of(self.folder)
        services, _, _ = _services(settings, self.policies, self.engine_url)
        wiring = wiring_of(self.policies, services.uow, services.voice)
        around = Around(settings, wiring, services.conversations, services.uploads)
        connectors = connectors_of([AccountConfig(ACCOUNT, self._config())], around)
        services = replace(
            services,
            clock=self.clock,
            messengers=messengers(connectors, around),
            links=ChannelLinks(wiring, [Reachable(ACCOUNT, "@aftersale_bot")]),
        )
        app = create_app(services, settings, with_jobs=with_jobs)
        client = TestClient(TestServer(app))
        await client.start_server()
        is_called = self.mode == "webhook"
        made = App(client, services, self.engine, self.server, self.clock, is_called)
        self.running.append(made)
        return made

    async def end(self) -> None:
        """End what runs, as a process that is told to."""
        while self.running:
            await self.running.pop().close()

    def _config(self) -> dict[str, str]:
        secret = {"secret": SECRET} if self.mode == "webhook" else {}
        return {"token": TOKEN, "api": self.server.url, "mode": self.mode} | secret


def later(app: App, seconds: int) -> None:
    """Telegram tells times in whole seconds."""
    app.clock.turn(timedelta(seconds=seconds))


in_both_ways = pytest.mark.parametrize("mode", ["webhook", "polling"])


def threads_left() -> set[str]:
    """Return the names of threads that still run for messengers."""
    return {each.name for each in threading.enumerate() if each.name.startswith("channels")}
