"""Runs the jobs of messengers beside the server, in threads of their own."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor

from aiohttp import web

from aftersale.gateway.keys import CHANNEL_WAKE, RUNNER, SERVICES
from aftersale.jobs.channels import Messengers
from aftersale.services.ports_channels import Busy, ChannelTrouble, Connector, Shut

WORKERS = 2  # chats that are worked off at once: files of one may take long
PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds
_BETWEEN = 0.2  # what a messenger takes only after a moment leaves soon after it
_PULL_PAUSE = 2.0  # after a provider that gave nothing; doubles
_SOON = 0.45  # after it was woken and found nothing: what came has to settle first
_SHUT_PAUSE = 60.0  # a key that is not accepted is tried again so often

log = logging.getLogger(__name__)


async def jobs(app: web.Application) -> AsyncIterator[None]:
    """Work off what comes, send what leaves, and ask those who are to be asked."""
    messengers = app[SERVICES].messengers
    if messengers is None:
        yield
        return
    pulled = [each for each in messengers.connectors.values() if each.puller is not None]
    pool = ThreadPoolExecutor(WORKERS + 1 + len(pulled), thread_name_prefix="channels")
    speak, wake, is_ending = asyncio.Event(), app[CHANNEL_WAKE], messengers.working.is_ending
    is_ending.clear()
    with app[SERVICES].bus.watching(lambda _: speak.set()):
        tasks = [
            *(
                asyncio.create_task(_repeat(pool, "channels.work", _work(app), wake))
                for _ in range(WORKERS)
            ),
            asyncio.create_task(
                _repeat(pool, "channels.speak", _speak(app), speak, between=_BETWEEN)
            ),
            *(asyncio.create_task(_follow(app, pool, each)) for each in pulled),
        ]
        yield
        is_ending.set()
        for each in pulled:
            if each.puller is not None:
                each.puller.stop()
        for task in tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.to_thread(pool.shutdown)


def _messengers(app: web.Application) -> Messengers:
    messengers = app[SERVICES].messengers
    if messengers is None:
        raise LookupError
    return messengers


def _work(app: web.Application) -> Callable[[], int]:
    loop, runner, clock = asyncio.get_running_loop(), app[RUNNER], app[SERVICES].clock
    messengers = _messengers(app)

    def work() -> int:
        worked = messengers.work(clock())
        for conversation_id, seq in worked.turns:
            loop.call_soon_threadsafe(runner.notice, conversation_id, seq)
        return worked.events

    return work


def _speak(app: web.Application) -> Callable[[], int]:
    messengers, clock = _messengers(app), app[SERVICES].clock
    jitter = secrets.SystemRandom().random

    def speak() -> int:
        return messengers.speak(clock(), jitter=jitter)

    return speak


async def _repeat(
    pool: ThreadPoolExecutor,
    name: str,
    job: Callable[[], int],
    wake: asyncio.Event,
    *,
    between: float = PAUSE,
) -> None:
    """Run a job again and again: at once while it finds work or is woken, else after a pause."""
    loop, pause, is_woken = asyncio.get_running_loop(), between, False
    while True:
        wake.clear()
        try:
            found = await loop.run_in_executor(pool, job)
            pause = 0.0 if found else min(between, _SOON) if is_woken else between
        except Exception:  # a process edge: a job that fails is tried again, ever more slowly
            log.exception("a job failed", extra={"action": name})
            pause = min(max(pause, PAUSE) * 2, LONGEST_PAUSE)
        is_woken = False
        # Not `wait_for`: on Python 3.11 it forgets that it was cancelled when it is woken, too.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await wake.wait()
                is_woken = True


async def _follow(app: web.Application, pool: ThreadPoolExecutor, connector: Connector) -> None:
    """Ask one account again and again; what it says is kept before it is asked for more."""
    loop, messengers, services = asyncio.get_running_loop(), _messengers(app), app[SERVICES]
    name, pause = connector.account.name, 0.0
    while True:
        try:
            pulled = await loop.run_in_executor(
                pool, lambda: messengers.pull(connector, services.clock())
            )
            if pulled:
                app[CHANNEL_WAKE].set()
            pause = 0.0
        except ChannelTrouble as lost:
            pause = _patience(lost, pause)
            log.warning("a messenger gave no news", extra={"action": name, "code": lost.code})
        except Exception:  # a process edge: nothing of it is kept, so it is asked for again
            log.exception("news of a messenger could not be kept", extra={"action": name})
            pause = min(max(pause, PAUSE) * 2, LONGEST_PAUSE)
        await asyncio.sleep(pause)


def _patience(lost: ChannelTrouble, pause: float) -> float:
    if isinstance(lost, Busy):
        return lost.seconds
    if isinstance(lost, Shut):
        return _SHUT_PAUSE
    return min(max(pause * 2, _PULL_PAUSE), LONGEST_PAUSE)
