"""Jobs beside the server end when they are told to, whatever wakes them at that moment."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from aftersale.gateway import channel_jobs, outside_desk


class Wake(asyncio.Event):
    """Says when somebody waits for it."""

    def __init__(self):
        super().__init__()
        self.is_awaited = asyncio.Event()

    async def wait(self):
        self.is_awaited.set()
        return await super().wait()


@pytest.mark.parametrize("module", [channel_jobs, outside_desk])
async def test_a_job_that_is_woken_as_it_is_told_to_end_ends(module):
    wake = Wake()
    with ThreadPoolExecutor(1) as pool:
        task = asyncio.create_task(module._repeat(pool, "x", lambda: 0, wake))
        await wake.is_awaited.wait()
        await asyncio.sleep(0)
        wake.set()
        await asyncio.sleep(0)  # who is woken has not run yet
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=2)
        assert done, "it goes on and on"
