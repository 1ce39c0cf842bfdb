"""Makes the public app. Nothing is opened here; lifetimes belong to `cleanup_ctx`."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from functools import cache, partial
from pathlib import Path

import yaml
from aiohttp import web

from actions.forms import LAPSES
from aftersale.gateway import channel_jobs, demo_shop, middleware, outside_desk
from aftersale.gateway.background import repeat
from aftersale.gateway.bodies import BODY_LIMIT
from aftersale.gateway.keys import (
    ASSETS,
    CHANNEL_WAKE,
    DECODING,
    DESK_WAKE,
    LIMITERS,
    METRICS,
    OPENAPI,
    RUNNER,
    SERVICES,
    SETTINGS,
    SOCKETS,
    Limiters,
)
from aftersale.gateway.limits import Buckets
from aftersale.gateway.metrics import Metrics
from aftersale.gateway.open_sockets import OpenSockets
from aftersale.gateway.own_chat import erase_again
from aftersale.gateway.routes import add_routes
from aftersale.gateway.services import Services
from aftersale.gateway.uploads import AT_ONCE
from aftersale.gateway.widget_files import Assets
from aftersale.jobs.turns import Limits, TurnRunner
from aftersale.settings import Rate, Settings

DESCRIPTION = Path(__file__).resolve().parents[2] / "docs" / "openapi.yml"
LETTERS = Rate(3, 1 / 1_200)  # transcripts of one conversation by mail
ERASE_EVERY = 60.0  # seconds: an engine that was away forgets deleted chats by then
TYPING = Rate(1, 0.25)  # shown for some seconds: more often is no news


def create_app(
    services: Services, settings: Settings, *, with_jobs: bool = True
) -> web.Application:
    """Return the public app; `with_jobs` also runs turns, relay and sweep in its background."""
    app = web.Application(middlewares=middleware.ALL, client_max_size=BODY_LIMIT)
    metrics = Metrics()
    app[SERVICES], app[SETTINGS], app[METRICS] = services, settings, metrics
    if services.messengers is not None:
        services.messengers.counting.numbers = metrics
    app[LIMITERS] = Limiters(
        conversation=Buckets(settings.rate_conversation, time.monotonic),
        address=Buckets(settings.rate_address, time.monotonic),
        sockets=Buckets(settings.rate_sockets, time.monotonic),
        typing=Buckets(TYPING, time.monotonic),
        letters=Buckets(LETTERS, time.monotonic),
    )
    app[OPENAPI] = _description()
    app[ASSETS] = Assets(settings.widget_dir)
    app[DECODING] = asyncio.Semaphore(AT_ONCE)
    app[SOCKETS] = OpenSockets(settings.sockets_per_address)
    app[RUNNER] = _runner(services, settings, metrics)
    app[DESK_WAKE], app[CHANNEL_WAKE] = asyncio.Event(), asyncio.Event()
    add_routes(app)
    app.add_routes(demo_shop.routes(settings))
    # Order matters: what is opened first is closed last, and turns need both.
    app.cleanup_ctx.append(_engine)
    app.cleanup_ctx.append(_bus)
    if with_jobs:
        app.cleanup_ctx.append(_jobs)
        app.cleanup_ctx.append(outside_desk.jobs)
        app.cleanup_ctx.append(channel_jobs.jobs)
    app.on_shutdown.append(_wake_pollers)
    return app


@cache  # it does not change while the program runs
def _description() -> str:
    return json.dumps(yaml.load(DESCRIPTION.read_bytes(), yaml.CSafeLoader))


def _runner(services: Services, settings: Settings, metrics: Metrics) -> TurnRunner:
    return TurnRunner(
        turns=services.turns,
        engine=services.engine,
        clock=services.clock,
        in_thread=services.in_thread,
        limits=Limits(
            workers=settings.turn_workers,
            reply_within=settings.reply_within,
            engine_timeout=settings.engine_timeout,
        ),
        lapses=LAPSES,
        observe=metrics.turn,
    )


async def _engine(app: web.Application) -> AsyncIterator[None]:
    await app[SERVICES].engine.open()
    yield
    await app[SERVICES].engine.close()


async def _bus(app: web.Application) -> AsyncIterator[None]:
    app[SERVICES].bus.attach(asyncio.get_running_loop())
    yield
    app[SERVICES].bus.detach()


async def _jobs(app: web.Application) -> AsyncIterator[None]:
    services, runner = app[SERVICES], app[RUNNER]
    sweep = partial(services.run_sweep, app[METRICS].swept)
    inbox = partial(services.run_inbox, app[METRICS].fetched)
    await services.in_thread(services.begin_handoffs)  # before anything looks who is gone
    tasks = [
        asyncio.create_task(erase_again(services, every=ERASE_EVERY)),
        asyncio.create_task(runner.run()),
        asyncio.create_task(repeat(services, "relay", services.run_relay, every=1.0)),
        asyncio.create_task(
            repeat(services, "handoffs", services.run_handoffs, every=app[SETTINGS].handoffs_every)
        ),
        asyncio.create_task(repeat(services, "sweep", sweep, every=app[SETTINGS].sweep_every)),
        asyncio.create_task(repeat(services, "inbox", inbox, every=app[SETTINGS].mail_every)),
    ]
    yield
    # Running turns are answered first; relay and sweep lose nothing when cut between rows.
    await runner.stop()
    for task in tasks:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks, return_exceptions=True)


async def _wake_pollers(app: web.Application) -> None:
    # Long polls and sockets would hold the server open until their time is over.
    app[SOCKETS].close_all()
    app[SERVICES].bus.detach()
