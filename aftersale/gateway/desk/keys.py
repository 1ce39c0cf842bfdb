"""Typed keys of what the desk's app carries beside services and settings."""

import asyncio

from aiohttp import web

from aftersale.gateway.desk.files import DeskFiles
from aftersale.gateway.desk.live_hub import LiveHub
from aftersale.gateway.desk.viewing import Viewers
from aftersale.gateway.limits import Buckets

CHECKING = web.AppKey("checking", asyncio.Semaphore)
COUNTING = web.AppKey("counting", asyncio.Semaphore)
RATE = web.AppKey("rate", Buckets)
FILES = web.AppKey("files", DeskFiles)
LIVE = web.AppKey("live", LiveHub)
VIEWERS = web.AppKey("viewers", Viewers)
WRITING = web.AppKey("writing", Buckets)
TYPING = web.AppKey("typing", Buckets)
