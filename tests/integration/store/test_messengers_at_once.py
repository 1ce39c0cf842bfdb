"""What messengers bring, taken in and worked off by many at once, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from aftersale.adapters.policies import load_policies
from aftersale.adapters.voice import DomainVoice
from tests.integration.channels.plain_connector import NOW, said
from tests.integration.channels.way_in import CHATS, WayIn, expected, pictures, talk

LEASE = timedelta(seconds=301)


@pytest.fixture(scope="module")
def words():
    policies = load_policies(Path("storefronts"))
    return {"policies": policies, "voice": DomainVoice.read(Path("domain.yml"), policies)}


@pytest.fixture
def shared(uow_factory, tmp_path, words):
    return WayIn(uow_factory, tmp_path / "uploads", **words)


def test_deliveries_and_workers_at_once_do_each_message_once_in_order(shared):
    events = talk(counted=True, length=8)
    came = events * 2
    Random(7).shuffle(came)
    shared.deliver(events[0])
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(shared.deliver, came))
    shared.later(seconds=3)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: shared.work(), range(8)))
    assert sum(each.events for each in done) == len(events)
    assert len({turn for each in done for turn in each.turns}) == len(events)
    for chat in CHATS:
        assert shared.heard(chat) == expected(events, chat)


def test_workers_beside_deliveries_lose_nothing(shared):
    events = talk(counted=True, length=8)
    with ThreadPoolExecutor(6) as pool:
        delivered = [pool.submit(shared.deliver, each) for each in events for _ in range(2)]
        worked = [pool.submit(shared.work) for _ in range(12)]
        for each in [*delivered, *worked]:
            each.result()
    shared.settle()
    for chat in CHATS:
        assert sorted(shared.heard(chat)) == sorted(expected(events, chat))


def test_a_chat_whose_worker_is_slow_is_still_done_once(shared):
    """The lease of the first is over while it fetches; another does the same."""
    shared.hear(said("0", "Hello"))
    (media,) = pictures(shared, "a")
    content, inner = shared.plain.files["a"], []

    def slowly(asked, *, most):
        if not inner:
            inner.append("begun")
            shared.now += LEASE
            inner.append(shared.work())
        return content

    shared.plain.fetch = slowly
    shared.deliver(said("1", "Look", media=(media,)), said("2", "And?", at=NOW + LEASE))
    outer = shared.work()
    shared.settle()
    assert shared.heard() == ["Hello", "Look + 1 photos", "And?"]
    assert outer.events + inner[1].events == 2
