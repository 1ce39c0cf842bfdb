"""A job that is woken too early looks again soon, not after its usual pause."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from aftersale.gateway import channel_jobs

AN_HOUR = 3600.0


async def test_what_has_to_settle_is_looked_at_again_soon(monkeypatch):
    monkeypatch.setattr(channel_jobs, "_SOON", 0.0)
    looks, loop = [], asyncio.get_running_loop()
    first, third, wake = asyncio.Event(), asyncio.Event(), asyncio.Event()

    def job():
        looks.append(len(looks))
        loop.call_soon_threadsafe({1: first.set, 3: third.set}.get(len(looks), int))
        return 0

    with ThreadPoolExecutor(1) as pool:
        running = channel_jobs._repeat(pool, "job", job, wake, between=AN_HOUR)
        task = asyncio.create_task(running)
        await asyncio.wait_for(first.wait(), 10)
        wake.set()  # one wake, two looks
        await asyncio.wait_for(third.wait(), 10)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert len(looks) == 3
