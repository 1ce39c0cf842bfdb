"""Fact 10: Rasa's lock asks once a second: five quick messages take five seconds."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from conftest import said

from bot.runtime.lock_store import FairLockStore


def test_five_quick_messages_take_no_second_each(engine, actions, conversation):
    engine.say(conversation, "hello")
    began = time.monotonic()
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: engine.say(conversation, "cancel my order"), range(5)))
    assert time.monotonic() - began < 3.0
    assert all(said(answer) == ["utter_yes"] for answer in answers)
    # One after the other: each call saw what the one before had set.
    tries = [body["tracker"]["slots"]["tries"] for body in actions.of(conversation)]
    assert tries == [None, 1, 2, 3, 4]


async def test_waiters_are_served_in_order_and_nothing_is_left():
    store, order = FairLockStore(), []

    async def turn(number):
        async with store.lock("c"):
            order.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*(turn(number) for number in range(20)))
    assert order == list(range(20))
    assert (store._locks, store._users) == ({}, {})


async def test_conversations_do_not_wait_for_each_other():
    store, taken = FairLockStore(), []

    async def other():
        async with store.lock("b"):
            taken.append("b")

    async with store.lock("a"):
        await asyncio.wait_for(other(), timeout=5)
    assert taken == ["b"]
