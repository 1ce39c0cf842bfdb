"""A WhatsApp Cloud API server for tests: the written contract, and its bad days.

What people do there becomes webhooks that wait; a test takes them with `deliveries` (in batches,
doubled, in any order) or hands them over with `deliver`, which repeats each until it is answered
with 200. Whatever breaks the contract on either side fails the test.
"""

import asyncio
import hashlib
import hmac
import json
import random
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.contract import whatsapp_routes
from tests.contract.whatsapp_schema import problems
from tests.contract.whatsapp_state import NUMBER, SHOWN, WABA, Person, Sent, State, Thing

TOKEN, SECRET, VERIFY = "graph-token", "app-secret", "verify-token"
TEMPLATE = "answer_waiting"
PATIENCE = 20  # attempts at a webhook before a test should hear about it


@dataclass
class Delivery:
    """One POST of a webhook."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Fault:
    """What goes wrong with the next request to a path that holds `path`.

    `what`: a code of the interface; "drop" hangs up at once, "lose" after the request was done,
    "slow" after that and `seconds`; "page" and "mumble" answer something unreadable afterwards.
    """

    what: int | str
    path: str = "/messages"
    method: str = "POST"
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def happens_first(self) -> bool:
        return isinstance(self.what, int) or self.what == "drop"


@dataclass
class Told:
    """One thing that waits to be told: in which list of a webhook, of whose number."""

    part: str
    thing: Thing
    contact: Thing | None = None
    number: str = NUMBER


class FakeWhatsApp:
    """The server, what it was asked, and the hands of the people on the other side."""

    def __init__(self) -> None:
        self.state = State()
        self.url, self.token, self.secret = "", TOKEN, SECRET
        self.templates = {(TEMPLATE, "en"), (TEMPLATE, "de")}
        self.tells: tuple[str, ...] = ("sent", "delivered")  # of what it took, at once
        self.tells_closed_later = False  # a closed window is told by a status, not by the answer
        self.faults: deque[Fault] = deque()
        self.calls: list[tuple[str, str]] = []
        self.read: list[str] = []
        self.typing: list[str] = []
        self.media_errors = 0
        self.waiting: list[Told] = []
        self.violations: list[str] = []
        self.lock = threading.RLock()

    def check(self, part: str, name: str, body: Any) -> list[str]:
        found = problems(part, name, body)
        self.violations += found
        return found

    def next_fault(self, method: str, path: str) -> Fault | None:
        for fault in list(self.faults):
            if fault.path in path and fault.method == method:
                self.faults.remove(fault)
                return fault
        return None

    def said(self, person: Person | None = None) -> list[str]:
        """Return the words of everything that was taken, or of what one person got."""
        return [s.words() for s in self.state.sent if person is None or s.person is person]

    def last(self, person: Person) -> Sent:
        return [sent for sent in self.state.sent if sent.person is person][-1]

    # What people do there.

    def sends(self, person: Person, kind: str, content: Any, **more: Any) -> str:
        """Somebody sends something of a kind; its id is returned."""
        own = self.state.new_id("wamid.IN")
        message = {"id": own, "timestamp": str(self.state.now), "type": kind, kind: content}
        if "group_id" in more:
            self.state.in_groups.add(own)
        self.state.hears(person, own)
        told = message | person.sender() | more
        self._wait(Told("messages", told, person.contact()))
        return own

    def says(self, person: Person, text: str, **more: Any) -> str:
        return self.sends(person, "text", {"body": text}, **more)

    def shows(self, person: Person, content: bytes, **more: Any) -> str:
        """Somebody sends a file, with `lies` of what is said about it."""
        kind, mime = more.pop("kind", "image"), more.pop("mime", "image/jpeg")
        media = self.state.add_media(content, mime, **more.pop("lies", {}))
        return self.sends(person, kind, media.told(**more))

    def presses(self, person: Person, number: int = 1, sent: Sent | None = None) -> str:
        """Somebody presses the button or row of that number below the last message."""
        sent = sent or self.last(person)
        chosen = sent.choices()[number - 1]
        kind = "list_reply" if sent.body["interactive"]["type"] == "list" else "button_reply"
        reply = {name: chosen[name] for name in ("id", "title")}
        content = {"type": kind, kind: reply}
        return self.sends(person, "interactive", content, context={"id": sent.id})

    def edits(self, person: Person, original: str, text: str) -> str:
        new = {"type": "text", "text": {"body": text}}
        return self.sends(person, "edit", {"original_message_id": original, "message": new})

    def revokes(self, person: Person, original: str) -> str:
        return self.sends(person, "revoke", {"original_message_id": original})

    def reacts(self, person: Person, message: str, emoji: str = "👍") -> str:
        return self.sends(person, "reaction", {"message_id": message, "emoji": emoji})

    def sends_unsupported(self, person: Person) -> str:
        error = {"code": 131051, "title": "Message type unknown"}
        return self.sends(person, "unsupported", {"type": "poll"}, errors=[error])

    def changes_number(self, person: Person, phone: str, user_id: str) -> str:
        """Somebody moves to another number: a new id of theirs comes with it."""
        own, old = self.state.new_id("wamid.IN"), person.sender()
        system = {"type": "user_changed_number", "wa_id": phone, "user_id": user_id}
        person.phone, person.user_id = phone, user_id
        message = {"id": own, "timestamp": str(self.state.now), "type": "system"}
        self._wait(Told("messages", message | old | {"system": system}))
        return own

    def updates_user_id(self, person: Person, user_id: str) -> None:
        change = {"previous": person.user_id, "current": user_id}
        person.user_id = user_id
        self._wait(Told("user_id_update", {"user_id": change, "timestamp": str(self.state.now)}))

    # What becomes of the business's messages.

    def tell_taken(self, sent: Sent, *, is_open: bool) -> None:
        if not is_open:
            self.status(sent, "failed", code=131047)
            return
        for status in self.tells:
            self.status(sent, status)

    def status(self, sent: Sent, status: str, code: int | None = None) -> None:
        whom = sent.person.recipient() if sent.person else {"recipient_id": sent.body["to"]}
        told = {
            "id": sent.id,
            "status": status,
            "timestamp": str(self.state.now),
            "biz_opaque_callback_data": sent.token,
        }
        error = {"errors": [{"code": code, "title": "It failed."}]} if code else {}
        self._wait(Told("statuses", told | whom | error))

    def warns(self, code: int) -> None:
        """The provider says that something is wrong with the account."""
        self._wait(Told("errors", {"code": code, "title": "Trouble"}))

    # Webhooks.

    def _wait(self, told: Told) -> None:
        with self.lock:
            self.waiting.append(told)

    def deliveries(
        self,
        *,
        together: int = 1,
        order: random.Random | None = None,
        doubled: float = 0.0,
    ) -> list[Delivery]:
        """Take what waits: so many things in one body, part of them twice, in any order."""
        with self.lock:
            taken, self.waiting = self.waiting, []
        if order:
            order.shuffle(taken)
        groups = [taken[at : at + together] for at in range(0, len(taken), together)]
        made = [self.delivery(group) for group in groups]
        if order:
            made += [each for each in made if order.random() < doubled]
            order.shuffle(made)
        return made

    def delivery(self, things: list[Told]) -> Delivery:
        """Return one body: an entry a number, a change a kind, all things of it in one list."""
        entries: dict[str, dict[str, Thing]] = {}
        for told in things:
            changes = entries.setdefault(told.number, {})
            value = changes.setdefault(told.part, _value(told.number))
            value.setdefault(told.part, []).append(told.thing)
            contacts = value.setdefault("contacts", [])
            if told.contact and told.contact not in contacts:
                contacts.append(told.contact)
        body = {
            "object": "whatsapp_business_account",
            "entry": [{"id": WABA, "changes": _changes(each)} for each in entries.values()],
        }
        self.check("webhooks", "whatsapp_business_account", body)
        return self.signed(json.dumps(body).encode())

    def signed(self, body: bytes, secret: str = "") -> Delivery:
        made = hmac.new((secret or self.secret).encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={made}"}
        return Delivery(headers, body)

    def deliver(self, post: Callable[[Delivery], int], **how: Any) -> list[list[int]]:
        """Hand everything over, each until it is answered with 200; return the answers."""
        answers = []
        for each in self.deliveries(**how):
            answers.append([post(each)])
            while answers[-1][-1] != 200 and len(answers[-1]) < PATIENCE:
                answers[-1].append(post(each))
        return answers


def _value(number: str) -> Thing:
    metadata = {"display_phone_number": SHOWN[number], "phone_number_id": number}
    return {"messaging_product": "whatsapp", "metadata": metadata}


def _changes(values: dict[str, Thing]) -> list[Thing]:
    fields = {"user_id_update": "user_id_update"}
    return [{"field": fields.get(part, "messages"), "value": v} for part, v in values.items()]


@contextmanager
def fake_whatsapp() -> Iterator[FakeWhatsApp]:
    """Run the server on a port of its own; whatever broke the contract fails the test."""
    fake = FakeWhatsApp()
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(whatsapp_routes.app(fake), access_log=None, shutdown_timeout=0.1)

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
