"""Typed keys of what an app carries."""

import asyncio
from dataclasses import dataclass

from aiohttp import web

from aftersale.gateway.limits import Buckets
from aftersale.gateway.metrics import Metrics
from aftersale.gateway.open_sockets import OpenSockets
from aftersale.gateway.services import Services
from aftersale.gateway.widget_files import Assets
from aftersale.jobs.turns import TurnRunner
from aftersale.settings import Settings


@dataclass(frozen=True, slots=True)
class Limiters:
    """The buckets of this app."""

    conversation: Buckets
    address: Buckets
    sockets: Buckets
    typing: Buckets
    letters: Buckets


SERVICES = web.AppKey("services", Services)
SETTINGS = web.AppKey("settings", Settings)
METRICS = web.AppKey("metrics", Metrics)
LIMITERS = web.AppKey("limiters", Limiters)
DECODING = web.AppKey("decoding", asyncio.Semaphore)
SOCKETS = web.AppKey("sockets", OpenSockets)
RUNNER = web.AppKey("runner", TurnRunner)
OPENAPI = web.AppKey("openapi", str)
ASSETS = web.AppKey("assets", Assets)
DESK_WAKE = web.AppKey("desk_wake", asyncio.Event)  # something came from an outside desk
CHANNEL_WAKE = web.AppKey("channel_wake", asyncio.Event)  # a messenger delivered something
