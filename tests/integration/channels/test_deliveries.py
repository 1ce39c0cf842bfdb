"""A thousand deliveries in any order, a third of them again, and the app ends in the middle."""

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from tests.contract.telegram_buyers import Buyer
from tests.contract.telegram_server import SECRET, TOKEN, fake_telegram
from tests.contract.telegram_state import Person
from tests.integration.channels.installation import Installation

CHATS, DELIVERIES, DOUBLED = 50, 1_000, 0.3
AT_ONCE = 8  # deliveries on their way
WEBHOOK = "/api/v1/channels/on-telegram/webhook"


class Clock:
    """The time of the app: it stands until it is told."""

    def __init__(self, folder):
        self.path = folder / "clock"
        self.set(datetime.now(UTC))

    def set(self, at):
        self.now = at
        beside = self.path.with_suffix(".new")
        beside.write_text(at.isoformat())
        os.replace(beside, self.path)  # nobody reads half of it

    def run(self, seconds):
        self.set(self.now + timedelta(seconds=seconds))


@pytest.fixture
def server():
    with fake_telegram() as fake:
        yield fake


@pytest.fixture
def clock(tmp_path):
    return Clock(tmp_path)


@pytest.fixture
async def shop(tmp_path, empty_database, server, clock):
    account = {
        "name": "on-telegram",
        "channel": "telegram",
        "mode": "webhook",
        "token": TOKEN,
        "secret": SECRET,
        "api": server.url,
    }
    made = Installation.made(tmp_path, empty_database, [account])
    made.environ["AFTERSALE_CLOCK"] = str(clock.path)
    made.answers(lambda _: "utter_greet")
    server.state.clock = lambda: clock.now.timestamp()
    await made.start()
    yield made
    await made.close()


def talks(server, seed):
    """Let fifty people write in turn; return what each wrote, and the updates that tell of it."""
    chance = Random(seed)
    buyers = [Buyer(server, Person(1_000 + n, f"Buyer {n}")) for n in range(CHATS)]
    texts = {buyer.chat.id: [] for buyer in buyers}
    for place in range(DELIVERIES - int(DELIVERIES * DOUBLED)):
        buyer = chance.choice(buyers)
        texts[buyer.chat.id].append(f"line {place} of {buyer.person.first_name}")
        buyer.says(texts[buyer.chat.id][-1])
    return texts, list(server.state.queue)


async def hand_over(shop, server, updates):
    """Post updates, some at the same time; each is answered with 200."""
    room = asyncio.Semaphore(AT_ONCE)

    async def post(update):
        delivery = server.delivery(update)
        async with room:
            url, headers = WEBHOOK, delivery.headers
            async with shop.client.post(url, data=delivery.body, headers=headers) as answer:
                return answer.status

    assert set(await asyncio.gather(*map(post, updates))) == {200}


def logged(shop):
    """Return what the log says that each chat's buyer wrote, in its order."""
    said = shop.rows(
        "SELECT t.address, e.body FROM channel_threads t JOIN events e USING (conversation_id)"
        " WHERE e.type = 'message' AND e.author = 'buyer' ORDER BY e.conversation_id, e.seq"
    )
    found = {}
    for address, body in said:
        found.setdefault(int(address), []).append(json.loads(body)["text"])
    return found


async def until_answered(shop, clock, count):
    """Let time pass until so many messages came in, and each is worked off and answered."""
    left = (
        "SELECT (SELECT count(*) FROM channel_events WHERE due_at IS NULL),"
        " (SELECT count(*) FROM turns WHERE state NOT IN ('waiting', 'running'))"
    )
    async with asyncio.timeout(400):
        while shop.rows(left) != [(count, count)]:
            clock.run(0.3)
            await asyncio.sleep(0.1)


async def test_each_message_is_handled_once_and_in_the_order_of_its_chat(shop, server, clock):
    Buyer(server, Person(1, "The first")).says("hello")  # what is counted from
    await hand_over(shop, server, server.state.queue)
    await until_answered(shop, clock, 1)
    server.state.queue.clear()
    chance = Random(20261122)
    texts, updates = talks(server, seed=6)
    handed = updates + chance.sample(updates, DELIVERIES - len(updates))
    chance.shuffle(handed)
    assert len(handed) == DELIVERIES

    # It all comes within a messenger's patience, however slow this machine is: the clock stands.
    await hand_over(shop, server, handed[: DELIVERIES // 2])
    await shop.stop()  # wherever it is
    await shop.start()
    await hand_over(shop, server, handed[DELIVERIES // 2 :])
    await until_answered(shop, clock, len(updates) + 1)

    assert logged(shop) == {1: ["hello"]} | {chat: said for chat, said in texts.items() if said}
    ids = shop.rows("SELECT count(*), count(DISTINCT event_id) FROM channel_events")
    assert ids == [(len(updates) + 1,) * 2]
    assert shop.rows("SELECT DISTINCT state, said FROM turns") == [("done", "utter_greet")]
