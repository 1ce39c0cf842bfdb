"""Serves the public app, the desk and the action endpoint in one process until told to stop."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator

from aiohttp import web

from aftersale.bootstrap import bootstrap
from aftersale.bootstrap_articles import take_articles
from aftersale.errors import SettingsInvalid
from aftersale.gateway.action_endpoint import create_action_app
from aftersale.gateway.app import create_app
from aftersale.gateway.desk.app import create_desk_app
from aftersale.logs import configure
from aftersale.services.ports import UowFactory
from aftersale.settings import Settings

log = logging.getLogger(__name__)
SHUTDOWN_SECONDS = 12.0  # longer than a turn may take


def serve(settings: Settings) -> None:
    """Run until SIGINT or SIGTERM, then finish what runs.

    Raises:
        PolicyInvalid, ArticlesInvalid, SettingsInvalid: the start is refused with every mistake.
        OSError: a port is taken.
    """
    configure(settings.log_level)
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    services = bootstrap(settings)
    try:
        require_no_demo_people(settings, services.uow)
        take_articles(settings, services.uow)
        async with contextlib.AsyncExitStack() as stack:
            # The action endpoint outlives the public app, whose last turns still need it.
            actions = create_action_app(services, settings.actions_secret)
            await stack.enter_async_context(_site(actions, "127.0.0.1", settings.actions_port))
            desk = create_desk_app(services, settings)
            await stack.enter_async_context(_site(desk, settings.desk_host, settings.desk_port))
            app = create_app(services, settings)
            await stack.enter_async_context(_site(app, settings.host, settings.port))
            log.info("serving on %s, the desk on %s", settings.base_url, settings.desk_base_url)
            await stop.wait()
    finally:
        services.close()


def require_no_demo_people(settings: Settings, uow: UowFactory) -> None:
    """Stop a production start with desk users whose passwords lie in a file of the demo.

    Raises:
        SettingsInvalid: it names them and what to do.
    """
    if settings.mode != "production":
        return
    with uow() as unit:
        people = [each for each in unit.desk.accounts() if each.is_demo and not each.disabled_at]
    names = ", ".join(each.who.user for each in people)
    if names:
        remedy = "run aftersale desk disable-user for each."
        raise SettingsInvalid([f"Desk users of the demo are here ({names}): {remedy}"])


@contextlib.asynccontextmanager
async def _site(app: web.Application, host: str, port: int) -> AsyncIterator[None]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, reuse_port=False).start()
        yield
    finally:
        await runner.cleanup()
