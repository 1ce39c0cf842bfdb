"""Makes the desk's app. It listens apart from the chat and shares its services."""

import asyncio
import time

from aiohttp import web

from aftersale.gateway.bodies import BODY_LIMIT
from aftersale.gateway.desk import middleware
from aftersale.gateway.desk.files import DeskFiles
from aftersale.gateway.desk.keys import CHECKING, COUNTING, FILES, RATE
from aftersale.gateway.desk.routes import add_routes
from aftersale.gateway.keys import SERVICES, SETTINGS
from aftersale.gateway.limits import Buckets
from aftersale.gateway.services import Services
from aftersale.settings import Settings

PASSWORDS_AT_ONCE = 2  # a check takes 64 MB and a thread that answers buyers needs too


def create_desk_app(services: Services, settings: Settings) -> web.Application:
    """Return the desk's app."""
    app = web.Application(middlewares=middleware.ALL, client_max_size=BODY_LIMIT)
    app[SERVICES], app[SETTINGS] = services, settings
    app[RATE] = Buckets(settings.rate_address, time.monotonic)
    app[CHECKING] = asyncio.Semaphore(PASSWORDS_AT_ONCE)
    app[COUNTING] = asyncio.Semaphore(1)
    app[FILES] = DeskFiles(settings.widget_dir / "desk")
    add_routes(app)
    return app
