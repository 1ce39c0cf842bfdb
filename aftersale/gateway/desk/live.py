"""The stream of news that every page of the desk holds open: server-sent events."""

import asyncio
import contextlib
import json

from aiohttp import web

from aftersale.gateway.desk.bodies import fields
from aftersale.gateway.desk.entry import API, signed_in, still_signed_in
from aftersale.gateway.desk.headers import HEADERS
from aftersale.gateway.desk.keys import LIVE, VIEWERS
from aftersale.gateway.desk.live_hub import Page
from aftersale.gateway.keys import SERVICES
from aftersale.gateway.replies import Refusal, reply


class Patience:
    """Seconds; tests have less."""

    keep_alive = 15.0
    send = 10.0  # whoever takes nothing for so long is dropped
    session = 5.0  # a session that ended is found out by then


def routes() -> list[web.RouteDef]:
    """Return the stream, and the sign of who looks where."""
    return [
        web.get(f"{API}/live", live, name="desk_live", allow_head=False),
        web.post(f"{API}/viewing", viewing, name="desk_viewing"),
    ]


async def live(request: web.Request) -> web.StreamResponse:
    """Send news until the page leaves, its session ends, or it takes nothing."""
    who = signed_in(request)
    response = web.StreamResponse(headers=_headers())
    response.content_type = "text/event-stream"
    response.charset = "utf-8"
    with request.app[LIVE].page(who) as page:
        await response.prepare(request)
        # A page that leaves is no failure; one that takes nothing is let go.
        with contextlib.suppress(TimeoutError, ConnectionError):
            await _send_all(request, response, page)
    return response


def _headers() -> dict[str, str]:
    # Sent before the middleware that adds them to every answer has its turn.
    return {**HEADERS, "X-Frame-Options": "DENY", "X-Accel-Buffering": "no"}


async def _send_all(request: web.Request, response: web.StreamResponse, page: Page) -> None:
    clock = asyncio.get_running_loop().time
    looked = clock()
    await _write(response, ": here\n\n")
    while not page.is_over:
        with contextlib.suppress(TimeoutError):
            # Not `wait_for`: in Python 3.11 it swallows a cancellation that meets the waking.
            async with asyncio.timeout(min(Patience.keep_alive, Patience.session)):
                await page.woken.wait()
        if page.is_over:
            return
        if clock() - looked >= Patience.session:
            looked = clock()
            if not await still_signed_in(request):
                return
        news = page.take()
        text = "".join(f"data: {json.dumps(each, separators=(',', ':'))}\n\n" for each in news)
        await _write(response, text or ": still here\n\n")


async def _write(response: web.StreamResponse, text: str) -> None:
    async with asyncio.timeout(Patience.send):
        await response.write(text.encode())


async def viewing(request: web.Request) -> web.Response:
    """Note which conversation the person looks at (null: none), and whether they write there."""
    who, services = signed_in(request), request.app[SERVICES]
    given = await fields(request, {"conversation_id", "typing"})
    own, typing = given.get("conversation_id"), given.get("typing", False)
    if not isinstance(own, str | None) or not isinstance(typing, bool):
        raise Refusal("bad_request", "Send conversation_id, or null, and typing.")
    viewers, hub = request.app[VIEWERS], request.app[LIVE]
    if own is not None:
        named = own
        await services.in_thread(lambda: services.desk.chats.reading.require(who, named))
    hub.changed(*viewers.say(who.user, who.name, own, typing=typing), kind="viewing")
    return reply({"viewers": [] if own is None else viewers.of(own)})
