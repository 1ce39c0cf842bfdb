"""A desk of somebody else: its callbacks come in here, and its jobs run beside the server."""

import asyncio
import contextlib
import hmac
import logging
import secrets
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor

from aiohttp import web

from aftersale.errors import NotFound
from aftersale.gateway.keys import DESK_WAKE, SERVICES, SETTINGS
from aftersale.gateway.replies import Refusal, reply
from aftersale.jobs.outside_desk import OutsideDesk
from aftersale.services.ports_desks import CallbackInvalid

LIMIT = 1_000_000  # bytes: a message may have 150,000 characters, and stands in it twice
PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds

log = logging.getLogger(__name__)


async def callback(request: web.Request) -> web.Response:
    """Take a signed callback."""
    return await _take(request, vouched=False)


async def callback_by_path(request: web.Request) -> web.Response:
    """Take a callback that came to a secret address, from a server that does not sign."""
    secret = request.app[SETTINGS].chatwoot_path_secret
    given = request.match_info["secret"].encode("utf-8", "replace")
    if secret is None or not hmac.compare_digest(secret.encode(), given):
        raise NotFound("There is nothing at this address.")
    return await _take(request, vouched=True)


async def _take(request: web.Request, *, vouched: bool) -> web.Response:
    services, outside = request.app[SERVICES], _outside(request)
    raw, now = await _body(request), services.clock()
    try:
        delivery = outside.desk.on_event(raw, request.headers, now, vouched=vouched)
    except CallbackInvalid as no:
        if no.is_signed:
            raise Refusal("bad_request", "This is no event.") from no
        log.warning("a callback that no desk of ours signed was refused")
        why = "The signature does not hold or its time is over."
        raise Refusal("signature_invalid", why) from no
    taken = 0
    if delivery.events:
        taken = await services.in_thread(lambda: outside.taking.take(delivery, now))
        request.app[DESK_WAKE].set()
    return reply({"taken": taken})


async def _body(request: web.Request) -> bytes:
    """Return the body; this one may be larger than those of buyers."""
    content = bytearray()
    async for chunk in request.content.iter_chunked(65_536):
        content += chunk
        if len(content) > LIMIT:
            raise Refusal("body_too_large", f"A callback may have {LIMIT:,} bytes at most.")
    return bytes(content)


def _outside(request: web.Request) -> OutsideDesk:
    outside = request.app[SERVICES].outside
    if outside is None:
        raise NotFound("Agents work at the built-in desk here.")
    return outside


async def jobs(app: web.Application) -> AsyncIterator[None]:
    """Run both jobs in threads of their own: a slow desk takes none of those of buyers."""
    services, outside = app[SERVICES], app[SERVICES].outside
    if outside is None:
        yield
        return
    jitter = secrets.SystemRandom().random
    never = asyncio.Event()
    pool = ThreadPoolExecutor(2, thread_name_prefix="desk")

    def carry() -> int:
        return outside.jobs.carry(services.clock(), jitter=jitter)

    def follow() -> int:
        return outside.jobs.follow(services.clock())

    tasks = [
        asyncio.create_task(_repeat(pool, "desk.carry", carry, never)),
        asyncio.create_task(_repeat(pool, "desk.follow", follow, app[DESK_WAKE])),
    ]
    yield
    outside.jobs.stop()
    for task in tasks:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.to_thread(pool.shutdown)


async def _repeat(
    pool: ThreadPoolExecutor, name: str, job: Callable[[], int], wake: asyncio.Event
) -> None:
    """Run a job again and again: at once while it finds work or is woken, else after a pause."""
    loop, pause = asyncio.get_running_loop(), PAUSE
    while True:
        wake.clear()
        try:
            found = await loop.run_in_executor(pool, job)
            pause = 0.0 if found else PAUSE
        except Exception:  # a process edge: a job that fails is tried again, ever more slowly
            log.exception("a job failed", extra={"action": name})
            pause = min(max(pause, PAUSE) * 2, LONGEST_PAUSE)
        # Not `wait_for`: on Python 3.11 it forgets that it was cancelled when it is woken, too.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await wake.wait()
