"""Makes the desk's app. It listens apart from the chat and shares its services."""

import asyncio
import time

from aiohttp import web

from aftersale.gateway.bodies import BODY_LIMIT
from aftersale.gateway.desk import middleware
from aftersale.gateway.desk.files import DeskFiles
from aftersale.gateway.desk.jobs import let_pages_go, run_jobs
from aftersale.gateway.desk.keys import (
    CHECKING,
    COUNTING,
    FILES,
    LIVE,
    RATE,
    TYPING,
    VIEWERS,
    WRITING,
)
from aftersale.gateway.desk.live_hub import LiveHub
from aftersale.gateway.desk.routes import add_routes
from aftersale.gateway.desk.viewing import Viewers
from aftersale.gateway.keys import DECODING, SERVICES, SETTINGS
from aftersale.gateway.limits import Buckets
from aftersale.gateway.services import Services
from aftersale.gateway.uploads import AT_ONCE
from aftersale.settings import Rate, Settings

PASSWORDS_AT_ONCE = 2  # a check takes 64 MB and a thread that answers buyers needs too
WRITTEN = Rate(30, 1.0)  # messages, notes and photos of one person
TYPED = Rate(1, 0.25)  # shown for some seconds: more often is no news


def create_desk_app(services: Services, settings: Settings) -> web.Application:
    """Return the desk's app."""
    app = web.Application(middlewares=middleware.ALL, client_max_size=BODY_LIMIT)
    app[SERVICES], app[SETTINGS] = services, settings
    app[RATE] = Buckets(settings.rate_address, time.monotonic)
    app[CHECKING] = asyncio.Semaphore(PASSWORDS_AT_ONCE)
    app[COUNTING] = asyncio.Semaphore(1)
    app[FILES] = DeskFiles(settings.widget_dir / "desk")
    app[DECODING] = asyncio.Semaphore(AT_ONCE)
    app[VIEWERS], app[LIVE] = Viewers(time.monotonic), LiveHub(services)
    app[WRITING] = Buckets(WRITTEN, time.monotonic)
    app[TYPING] = Buckets(TYPED, time.monotonic)
    app.cleanup_ctx.append(run_jobs)
    app.on_shutdown.append(let_pages_go)
    add_routes(app)
    return app
