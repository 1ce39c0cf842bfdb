"""Jobs beside the server end when they are told to, whatever wakes them at that moment."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from aftersale.gateway import channel_jobs, outside_desk


@pytest.mark.parametrize("module", [channel_jobs, outside_desk])
async def test_a_job_that_is_woken_as_it_is_told_to_end_ends(module):
    ran, wake, loop = asyncio.Event(), asyncio.Event(), asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as pool:
        job = module._repeat(pool, "x", lambda: loop.call_soon_threadsafe(ran.set) and 0, wake)
        task = asyncio.create_task(job)
        await ran.wait()
        for _ in range(1000):  # until it waits
            await asyncio.sleep(0)
        assert wake._waiters
        wake.set()
        await asyncio.sleep(0)  # who is woken has not run yet
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=2)
        assert done, "it goes on and on"
