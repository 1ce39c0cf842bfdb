"""A running app with one WhatsApp number, the contract server beyond it, and an engine stub."""

import asyncio
import contextlib
import io
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import urllib3
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image

from aftersale.bootstrap_channels import Around, connectors_of, messengers
from aftersale.channel_accounts import AccountConfig
from aftersale.domain.channels import Account, Channel, SendState, Thread
from aftersale.domain.conversations import Author, Conversation, EventType
from aftersale.domain.desk_talk import FROM_AGENT
from aftersale.gateway.app import create_app
from aftersale.gateway.services import Services
from aftersale.services.incoming import photo_block
from aftersale.services.saying import say
from aftersale.services.uploads import SentFile
from aftersale.settings import Settings
from tests.contract.whatsapp_server import Delivery, FakeWhatsApp
from tests.contract.whatsapp_state import Person
from tests.integration.channels.whatsapp.side import NOW, config_of
from tests.integration.gateway.conftest import _services, wiring_of
from tests.integration.gateway.world import SHOP, FakeEngine

NAME = "shop-whatsapp"
WEBHOOK = f"/api/v1/channels/{NAME}/webhook"
SECONDS = 30.0  # until something that should happen has to have happened


def jpeg(color: str = "red") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (60, 40), color).save(made, "JPEG")
    return made.getvalue()


class Clock:
    """The time of the app: it runs, and a test may turn it on. The provider's follows it."""

    def __init__(self, start: datetime, server: FakeWhatsApp) -> None:
        self._start, self._began, self._server = start, monotonic(), server
        self._stopped: datetime | None = None
        self.turn(timedelta(0))

    def __call__(self) -> datetime:
        return self._stopped or self._start + timedelta(seconds=monotonic() - self._began)

    @contextlib.contextmanager
    def standing(self) -> Iterator[None]:
        """Let no time pass meanwhile: what comes is not settled before the end."""
        self._stopped = self()
        yield
        self._stopped = None

    def turn(self, by: timedelta) -> None:
        self._start += by
        self._server.state.now = int(self().timestamp())


@dataclass
class App:
    """What a test holds in its hands; `talk` is what the provider and its people do."""

    client: TestClient
    services: Services
    engine: FakeEngine
    server: FakeWhatsApp
    clock: Clock
    folder: Path
    http: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False))

    @property
    def url(self) -> str:
        return str(self.client.make_url(WEBHOOK))

    def post(self, delivery: Delivery) -> int:
        answer = self.http.request("POST", self.url, body=delivery.body, headers=delivery.headers)
        return answer.status

    async def posted(self, delivery: Delivery) -> int:
        return await asyncio.to_thread(self.post, delivery)

    async def deliver(self, **how: Any) -> list[list[int]]:
        """Hand over what waits at the provider, as it does: each until it is taken."""
        return await asyncio.to_thread(self.server.deliver, self.post, **how)

    async def until(self, holds: Callable[[], Any]) -> Any:
        """Return what holds once it does; the app works meanwhile."""
        ends = monotonic() + SECONDS
        while not (found := holds()):
            assert monotonic() < ends, self.rows("channel_sends", "seq, state, code, due_at")
            await asyncio.sleep(0.02)
        return found

    async def hears(self, person: Person, *words: str) -> list[str]:
        """Deliver, and wait until a person has got so many messages; return them."""
        await self.deliver()
        await self.until(lambda: len(self.server.said(person)) >= len(words))
        assert self.server.said(person) == list(words)
        return list(words)

    # What is stored.

    def rows(self, table: str, columns: str = "*") -> list[Any]:
        with contextlib.closing(sqlite3.connect(self.folder / "aftersale.db")) as opened:
            return opened.execute(f"SELECT {columns} FROM {table}").fetchall()

    def thread(self, address: str) -> Thread | None:
        with self.services.uow() as uow:
            return uow.channels.thread(NAME, address)

    def conversation(self, person: Person) -> Conversation:
        thread = self.thread(person.user_id) or self.thread(person.phone)
        assert thread is not None
        assert thread.conversation_id is not None
        with self.services.uow() as uow:
            found = uow.conversations.get(thread.conversation_id)
        assert found is not None
        return found

    def states(self, person: Person) -> list[SendState]:
        """Return how far each message of ours to a person got."""
        own = self.conversation(person).conversation_id
        with self.services.uow() as uow:
            sends = uow.channels.sends_of(own, since=0)
        return [each.state for each in sends]

    def says(self, person: Person, response: str, **variables: Any) -> None:
        """Something of ours is said in the conversation, at any time."""
        conversation = self.conversation(person)
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

    def is_mirrored(self, person: Person) -> bool:
        """Whether everything that was said so far is written down as sends, or never will be."""
        thread = self.thread(person.user_id)
        assert thread is not None
        own = self.conversation(person).conversation_id
        with self.services.uow() as uow:
            return not uow.conversations.events(own, since=thread.noted_seq)

    def shows_photo(self, person: Person, content: bytes, words: str) -> None:
        """An agent writes something, with a photo."""
        conversation, now = self.conversation(person), self.clock()
        kept = self.services.uploads.take(conversation, SentFile(content, FROM_AGENT), now)
        said = {"type": "text", "text": words, "fallback": words}
        with self.services.uow() as uow:
            uow.conversations.append(
                conversation.conversation_id,
                type=EventType.MESSAGE,
                author=Author.AGENT,
                at=now,
                body={"blocks": [said, photo_block(kept)]},
            )
            uow.commit()

    def said_by(self, person: Person) -> list[str]:
        """Return what the log says that a person wrote."""
        with self.services.uow() as uow:
            thread = uow.channels.thread(NAME, person.user_id)
            own = thread.conversation_id if thread else None
            events = uow.conversations.events(own, since=0) if own else []
        return [
            str(e.body["text"]) for e in events if e.author is Author.BUYER and "text" in e.body
        ]

    def written(self) -> list[str]:
        """Return what the engine was asked, in order."""
        return [str(each.get("text")) for each in self.engine.seen]


async def started(
    settings: Settings, policies: Any, server: FakeWhatsApp, engine_url: str
) -> tuple[Services, TestClient, Clock]:
    """Return services with the number connected, a client of the running app, and its clock."""
    services, _, _ = _services(settings, policies, engine_url)
    clock = Clock(NOW, server)
    wiring = wiring_of(policies, services.uow, services.voice)
    around = Around(settings, wiring, services.conversations, services.uploads)
    config = AccountConfig(Account(NAME, Channel.WHATSAPP, SHOP), config_of(server))
    connectors = connectors_of([config], around)
    services = replace(services, clock=clock, messengers=messengers(connectors, around))
    client = TestClient(TestServer(create_app(services, settings)))
    await client.start_server()
    return services, client, clock
