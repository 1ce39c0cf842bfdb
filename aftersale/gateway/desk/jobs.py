"""What runs beside the desk: news to its pages, and agents' messages whose moment has come."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from aiohttp import web

from aftersale.gateway.background import repeat
from aftersale.gateway.desk.keys import LIVE
from aftersale.gateway.keys import SERVICES

SEND_EVERY = 0.5  # seconds between two looks for messages that are to leave


async def run_jobs(app: web.Application) -> AsyncIterator[None]:
    """Run them as long as the app."""
    services, hub = app[SERVICES], app[LIVE]
    # The public app, in the same loop, says so as well; whoever is first does no harm.
    services.bus.attach(asyncio.get_running_loop())

    def send() -> int:
        sent = services.desk.chats.writing.send_due(services.clock())
        hub.changed_elsewhere({message.conversation_id for message in sent})
        return len(sent)

    tasks = [
        asyncio.create_task(hub.run()),
        asyncio.create_task(repeat(services, "agent messages", send, every=SEND_EVERY)),
    ]
    yield
    for task in tasks:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks, return_exceptions=True)


async def let_pages_go(app: web.Application) -> None:
    """End the streams: they would hold the server open until their pages leave."""
    app[LIVE].close_all()
