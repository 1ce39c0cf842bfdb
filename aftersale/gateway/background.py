"""Runs a job again and again beside the server."""

import asyncio
import logging
from collections.abc import Callable

from aftersale.gateway.services import Services

log = logging.getLogger(__name__)
LONGEST_PAUSE = 60.0


async def repeat(services: Services, name: str, job: Callable[[], int], *, every: float) -> None:
    """Run a job in the thread pool every so many seconds; at once again while it finds work."""
    pause = every
    while True:
        try:
            found = await services.in_thread(job)
            pause = 0.0 if found else every
        except Exception:  # a process edge: a job that fails is tried again, ever more slowly
            log.exception("a job failed", extra={"action": name})
            pause = min(max(pause, every, 1.0) * 2, LONGEST_PAUSE)
        await asyncio.sleep(pause)
