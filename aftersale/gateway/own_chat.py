"""What a buyer may do with the whole chat: delete it, keep it as a file, have it sent."""

import asyncio
import json
import logging

from aiohttp import web

from aftersale.errors import EngineUnavailable
from aftersale.gateway.keys import LIMITERS, SERVICES
from aftersale.gateway.replies import Refusal, reply
from aftersale.gateway.services import Services
from aftersale.gateway.sessions import entered, instant

log = logging.getLogger(__name__)
ERASED_AT_ONCE = 20


async def delete(request: web.Request) -> web.Response:
    """Delete what was written and sent; say what stays."""
    conversation = await entered(request)
    services = request.app[SERVICES]
    survives = await services.in_thread(
        lambda: services.chat.forget.delete(conversation, services.clock())
    )
    await erase(services)
    return reply({"survives": survives})


async def erase(services: Services) -> None:
    """Let the engine forget deleted chats; one that is away is asked again later."""
    forget = services.chat.forget
    for conversation_id in await services.in_thread(lambda: forget.unerased(ERASED_AT_ONCE)):
        try:
            await services.engine.erase(conversation_id)
        except EngineUnavailable:
            log.warning("the engine has not forgotten a deleted chat yet")
            return
        await services.in_thread(lambda own=conversation_id: forget.erased(own))  # type: ignore[misc]


async def erase_again(services: Services, *, every: float) -> None:
    """Go on asking for what the engine has not forgotten yet."""
    while True:
        try:
            await erase(services)
        except Exception:  # a process edge: what fails is tried again
            log.exception("a job failed", extra={"action": "erase"})
        await asyncio.sleep(every)


async def topics(request: web.Request) -> web.Response:
    """List the open conversations of the verified buyer, each with a token for this device."""
    conversation = await entered(request)
    services = request.app[SERVICES]
    found = await services.in_thread(
        lambda: services.chat.topics.open(conversation, services.clock())
    )
    listed = [
        {
            "conversation_id": each.conversation_id,
            "token": each.token,
            "last_at": instant(each.last_at),
            "title": each.title,
            "unread": each.unread,
        }
        for each in found
    ]
    return reply({"conversations": listed})


async def transcript(request: web.Request) -> web.Response:
    """Give what was said as a file."""
    conversation = await entered(request)
    form = request.query.get("format", "txt")
    if form not in {"txt", "json"}:
        raise Refusal("bad_request", "format is txt or json.")
    if not request.app[LIMITERS].conversation.take(conversation.conversation_id):
        raise Refusal("too_many_requests", "Too many requests; please slow down.")
    services = request.app[SERVICES]
    kept = services.chat.transcript
    if form == "txt":
        text = await services.in_thread(lambda: kept.text(conversation))
        kind = "text/plain"
    else:
        said = await services.in_thread(lambda: kept.said(conversation))
        told = [{"at": instant(e.at), "author": e.author.value, "text": e.text} for e in said]
        body = {"storefront": conversation.storefront, "messages": told}
        text, kind = json.dumps(body, ensure_ascii=False, indent=1), "application/json"
    response = web.Response(text=text, content_type=kind, charset="utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="chat.{form}"'
    return response


async def post_transcript(request: web.Request) -> web.Response:
    """Send what was said to the verified buyer's own address."""
    conversation = await entered(request)
    if not request.app[LIMITERS].letters.take(conversation.conversation_id):
        raise Refusal("too_many_requests", "It was sent several times; please wait a while.")
    services = request.app[SERVICES]
    await services.in_thread(lambda: services.chat.transcript.post(conversation, services.clock()))
    return reply({"posted": True}, status=202)
