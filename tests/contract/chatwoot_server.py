"""A Chatwoot server for tests: the published contract of an API inbox, and its bad days.

Versions differ in callbacks: 4.10 signs none, 4.11.2 those of account webhooks, 4.13 all. Tests
hand its callbacks over with `flush`, which loses, doubles, turns round or spoils them when told.
"""

import asyncio
import hashlib
import hmac
import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from aiohttp import web

from tests.contract import chatwoot_routes
from tests.contract.chatwoot_schema import problems
from tests.contract.chatwoot_state import INBOX, Conversation, Message, Person, State, Thing

TOKEN, BOT_TOKEN = "agent-token", "bot-token"
SECRET, IDENTIFIER = "callback-secret-of-the-inbox", "inbox-identifier"
KIM, LEE = Person(11, "Kim"), Person(12, "Lee")


@dataclass
class Callback:
    """What one callback carries."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Fault:
    """What goes wrong with the next request to a path that ends so.

    A number is answered; "slow" waits `seconds` first; "lose" hangs up afterwards, "drop" at once.
    """

    path: str
    status: int | str
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    method: str = ""


class FakeChatwoot:
    """The server, what it was asked, and its agents' hands."""

    def __init__(self, version: str = "4.13") -> None:
        self.version = version
        self.state = State()
        self.url = ""
        self.agents = [KIM, LEE]
        self.faults: deque[Fault] = deque()
        self.calls: list[tuple[str, str]] = []
        self.typing: list[str] = []
        self.violations: list[str] = []
        self.callbacks: deque[Callback] = deque()
        self.duplicate = self.reverse = False
        self.lost: Callable[[Thing], bool] = lambda _: False
        self.skew, self.secret = 0, SECRET
        self.dashboard = ""  # the page that agents see
        self.lock = threading.RLock()

    def check(self, part: str, name: str, body: Any) -> None:
        self.violations += problems(part, name, body)

    def only(self) -> Conversation:
        (one,) = self.state.conversations.values()
        return one

    def said(self) -> list[tuple[str, bool, str]]:
        """Return what was posted to the only conversation: kind, private, words."""
        return [(m.type, m.private, m.content or "") for m in self.only().messages]

    # What agents and others do there.

    def reply(self, text: str, agent: Person = KIM, **more: Any) -> Message:
        files = more.pop("files", {})
        with self.lock:
            shown = [self.state.add_file(self.url, c, name) for name, c in files.items()]
            message = self.state.add_message(
                more.pop("to", None) or self.only(),
                text,
                type=more.pop("type", "outgoing"),
                sender=agent,
                attachments=shown,
                **more,
            )
            self.tell_message(message, "message_created")
        return message

    def take_back(self, message: Message) -> None:
        message.content, message.attributes = "This message was deleted", {"deleted": True}
        message.attachments = []
        self.tell_message(message, "message_updated")

    def assign(self, agent: Person | None) -> None:
        conversation = self.only()
        old, conversation.assignee = conversation.assignee, agent
        change = {"previous_value": old and old.id, "current_value": agent and agent.id}
        self.tell_conversation(
            conversation, "conversation_updated", changed_attributes=[{"assignee_id": change}]
        )

    def set_status(self, status: str, conversation: Conversation | None = None) -> None:
        conversation = conversation or self.only()
        old, conversation.status = conversation.status, status
        change = {"previous_value": old, "current_value": status}
        self.tell_conversation(
            conversation, "conversation_status_changed", changed_attributes=[{"status": change}]
        )

    def types(self, agent: Person = KIM, *, private: bool = False) -> None:
        told = self.only().told()
        body = {"event": "conversation_typing_on", "user": agent.shown(), "conversation": told}
        self._call_back(body | {"is_private": private})

    # Callbacks.

    def tell_message(self, message: Message, event: str) -> None:
        self._call_back(message.told(event))

    def tell_conversation(self, conversation: Conversation, event: str, **more: Any) -> None:
        self._call_back(conversation.told() | {"event": event} | more)

    def _call_back(self, body: Thing) -> None:
        self.check("callbacks", body["event"], body)
        if not self.lost(body):
            self.callbacks.append(self.signed(json.dumps(body).encode()))

    def signed(self, body: bytes) -> Callback:
        """Return the callback as this version sends it, at the server's idea of the time."""
        headers = {"Content-Type": "application/json"}
        if self.version != "4.10":
            stamp = str(self.state.now + self.skew)
            signed = hmac.new(self.secret.encode(), stamp.encode() + b"." + body, hashlib.sha256)
            headers |= {
                "X-Chatwoot-Timestamp": stamp,
                "X-Chatwoot-Delivery": str(uuid4()),
                "X-Chatwoot-Signature": f"sha256={signed.hexdigest()}",
            }
        return Callback(headers, body)

    def flush(self, post: Callable[[Callback], Any]) -> list[Any]:
        """Hand over what waits, once each: this server does not repeat a failed callback."""
        waiting = [self.callbacks.popleft() for _ in range(len(self.callbacks))]
        if self.reverse:
            waiting.reverse()
        return [post(each) for each in waiting for _ in range(2 if self.duplicate else 1)]


@contextmanager
def fake_chatwoot(version: str = "4.13") -> Iterator[FakeChatwoot]:
    """Run the server on a port of its own; whatever broke the contract fails the test."""
    fake = FakeChatwoot(version)
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(chatwoot_routes.app(fake), access_log=None, shutdown_timeout=0.1)

    async def start() -> None:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(start(), loop).result(5)
    try:
        yield fake
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
    assert not fake.violations, fake.violations


__all__ = ["BOT_TOKEN", "IDENTIFIER", "INBOX", "KIM", "LEE", "SECRET", "TOKEN", "FakeChatwoot"]
