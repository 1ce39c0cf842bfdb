"""A Telegram server for tests: the published contract of the Bot API, and its bad days.

Buyers act through `telegram_buyers`. Updates are asked for with getUpdates, or handed over with
`flush`, which doubles them, turns them round or spoils the secret when told.
"""

import asyncio
import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from aiohttp import web

from tests.contract import telegram_routes
from tests.contract.telegram_methods import Refusal
from tests.contract.telegram_schema import problems
from tests.contract.telegram_state import TOKEN, State, Thing

SECRET = "secret-of-the-webhook-0123456789"
WEBHOOK = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first"
OTHER = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)


@dataclass(frozen=True)
class Delivery:
    """What one call of a webhook carries."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Fault:
    """What goes wrong with the next call of a method ("" any, "file" a download).

    `status` 0 hangs up. `acts`: the call is carried out first, and only its answer is lost.
    """

    method: str
    status: int = 0
    description: str = ""
    parameters: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    acts: bool = False


def too_many(seconds: int, method: str = "sendMessage") -> Fault:
    """Return the fault of a bot that is too eager."""
    said = f"Too Many Requests: retry after {seconds}"
    return Fault(method, 429, said, {"retry_after": seconds})


class FakeTelegram:
    """The server, what it was asked, and what it was told to do wrong."""

    def __init__(self) -> None:
        self.state = State()
        self.url = ""
        self.faults: deque[Fault] = deque()
        self.calls: list[tuple[str, Thing]] = []
        self.signs: list[tuple[int, str]] = []
        self.violations: list[str] = []
        self.secret = SECRET
        self.lock = threading.RLock()
        self.loop = asyncio.new_event_loop()
        self.is_asked = threading.Event()  # somebody waits for news
        self._polls: list[asyncio.Future[str]] = []

    def check(self, part: str, name: str, body: Any) -> None:
        self.violations += problems(part, name, body)

    def next_fault(self, method: str) -> Fault | None:
        for fault in list(self.faults):
            if fault.method in ("", method):
                self.faults.remove(fault)
                return fault
        return None

    def said(self, chat_id: int) -> list[str]:
        """Return what the bot said in a chat: words and captions."""
        messages = self.state.chats[chat_id].messages.values()
        own = [each for each in messages if each["from"]["is_bot"]]
        return [each.get("text") or each.get("caption", "") for each in own]

    def buttons(self, chat_id: int) -> list[Thing]:
        """Return the buttons of the last message that has some."""
        messages = reversed(list(self.state.chats[chat_id].messages.values()))
        markup = next((each["reply_markup"] for each in messages if "reply_markup" in each), None)
        return [each for row in markup["inline_keyboard"] for each in row] if markup else []

    def called(self, method: str) -> list[Thing]:
        return [asked for name, asked in self.calls if name == method]

    # Updates.

    def tell(self, kind: str, said: Thing) -> Thing | None:
        """Put an update in the queue and wake whoever waits for one."""
        with self.lock:
            update = self.state.add_update(kind, json.loads(json.dumps(said)))
        if update is not None:
            self.check("updates", kind, update)
            self.end_polls("")
        return update

    def end_polls(self, said: str) -> None:
        self.loop.call_soon_threadsafe(self._end_polls, said)

    def _end_polls(self, said: str) -> None:
        for each in self._polls:
            if not each.done():
                each.set_result(said)
        self._polls.clear()

    async def poll(self, asked: Thing) -> list[Thing]:
        """Answer getUpdates: with what waits, else with what comes within `timeout`."""
        if self.state.webhook.get("url"):
            raise Refusal(409, WEBHOOK)
        self._end_polls(OTHER)
        if "allowed_updates" in asked:
            self.state.allowed = asked["allowed_updates"]
        self.state.confirm(asked.get("offset"))
        if not self.state.queue and asked.get("timeout"):
            await self._news(asked["timeout"])
        return self.state.queue[: asked.get("limit", 100)]

    async def _news(self, seconds: float) -> None:
        waits: asyncio.Future[str] = self.loop.create_future()
        self._polls.append(waits)
        self.is_asked.set()
        done, _ = await asyncio.wait([waits], timeout=seconds)
        if done and waits.result():
            raise Refusal(409, waits.result())

    def delivery(self, update: Thing, secret: str | None = None) -> Delivery:
        headers = {"Content-Type": "application/json"}
        token = self.secret if secret is None else secret
        more = {"X-Telegram-Bot-Api-Secret-Token": token} if token else {}
        return Delivery(headers | more, json.dumps(update).encode())

    def flush(
        self,
        post: Callable[[Delivery], int],
        *,
        shuffle: Random | None = None,
        doubled: float = 0.0,
        secret: str | None = None,
    ) -> list[int]:
        """Hand over what waits; what is not answered with 2xx waits for the next time."""
        with self.lock:
            waiting = list(self.state.queue)
        chance = shuffle or Random(1)
        again = [each for each in waiting if chance.random() < doubled]
        handed = waiting + again
        if shuffle:
            shuffle.shuffle(handed)
        statuses = []
        for update in handed:
            statuses.append(post(self.delivery(update, secret)))
            self._answered(update, statuses[-1])
        return statuses

    def _answered(self, update: Thing, status: int) -> None:
        with self.lock:
            if 200 <= status < 300:
                self.state.queue = [x for x in self.state.queue if x is not update]
                return
            said = f"Wrong response from the webhook: {status}"
            told = {"last_error_date": self.state.now, "last_error_message": said}
            self.state.webhook |= told


@contextmanager
def fake_telegram() -> Iterator[FakeTelegram]:
    """Run the server on a port of its own; whatever broke the contract fails the test."""
    fake = FakeTelegram()
    loop = fake.loop
    runner = web.AppRunner(telegram_routes.app(fake), access_log=None, shutdown_timeout=0.1)

    async def start() -> None:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"

    async def stop() -> None:
        await runner.cleanup()
        left = asyncio.all_tasks() - {asyncio.current_task()}  # who still answers slowly
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(start(), loop).result(5)
    try:
        yield fake
    finally:
        fake.end_polls("")
        asyncio.run_coroutine_threadsafe(stop(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
    assert not fake.violations, fake.violations


__all__ = ["SECRET", "TOKEN", "Delivery", "FakeTelegram", "Fault", "fake_telegram", "too_many"]
