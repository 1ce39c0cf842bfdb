"""Pictures of the people at the desk, for whoever talks to them."""

import re
from pathlib import Path

from aiohttp import web

from aftersale.errors import NotFound
from aftersale.gateway.keys import SERVICES, SETTINGS
from aftersale.gateway.widget_files import FOR_EVER

NAME = re.compile(r"[0-9a-f]{32}\.jpg")


async def give(request: web.Request) -> web.Response:
    """Send a picture; its name is the hash of what it shows, so it never changes."""
    name = request.match_info["name"]
    if not NAME.fullmatch(name):
        raise NotFound("There is no such picture.")
    path = request.app[SETTINGS].data_dir / "faces" / name
    content = await request.app[SERVICES].in_thread(lambda: _read(path))
    if content is None:
        raise NotFound("There is no such picture.")
    headers = {"Cache-Control": FOR_EVER}
    return web.Response(body=content, content_type="image/jpeg", headers=headers)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
