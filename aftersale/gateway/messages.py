"""Messages in, events out."""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aiohttp import web

from aftersale.domain.conversations import Event
from aftersale.gateway.bodies import (
    attachment_ids,
    button_id,
    client_msg_id,
    fields,
    known_fields,
    number,
    required_text,
)
from aftersale.gateway.keys import LIMITERS, RUNNER, SERVICES
from aftersale.gateway.replies import Refusal, reply
from aftersale.gateway.sessions import bearer, entered, instant
from aftersale.gateway.text import clean
from aftersale.services.incoming import Incoming
from aftersale.services.photo_links import PhotoLinks

LONGEST_WAIT = 30.0
SEQ_LIMIT = 2**53
MESSAGE = frozenset({"client_msg_id", "text", "payload", "attachment_ids"})


async def send_message(request: web.Request) -> web.Response:
    """Take one message; a repeated `client_msg_id` gives the same answer, no new turn."""
    conversation = await entered(request)
    if not request.app[LIMITERS].conversation.take(conversation.conversation_id):
        raise Refusal("too_many_requests", "Too many messages; please slow down.")
    incoming = incoming_of(await fields(request, MESSAGE))
    services = request.app[SERVICES]
    received = await services.in_thread(
        lambda: services.conversations.receive(
            conversation.conversation_id, incoming, services.clock()
        )
    )
    event = received.event
    if received.owes_turn:
        request.app[RUNNER].notice(event.conversation_id, event.seq)
    return reply({"id": f"{event.conversation_id}-{event.seq}", "seq": event.seq}, status=202)


def incoming_of(message: dict[str, Any]) -> Incoming:
    """Return what a client's message says, whichever way it came."""
    given = known_fields(message, MESSAGE)
    own_id, button, sent = client_msg_id(given), button_id(given), attachment_ids(given)
    if (button is None) == ("text" not in given and not sent):
        raise Refusal("bad_request", "Send either text, attachment_ids or both, or payload.")
    if button is not None:
        return Incoming(own_id, payload=button)
    if "text" not in given:
        return Incoming(own_id, attachment_ids=sent)
    # Bounded by the body: `clean` says what is too long, after taking out what does not count.
    text = clean(required_text(given, "text", limit=65_536))
    return Incoming(own_id, text=text, attachment_ids=sent)


async def read_events(request: web.Request) -> web.Response:
    """Return what happened after `since`; wait for something when nothing did."""
    token, named = bearer(request), request.match_info["conversation_id"]
    since = int(number(request, "since", default=0, most=SEQ_LIMIT))
    wait = number(request, "wait", default=0, most=LONGEST_WAIT)
    services = request.app[SERVICES]

    async def read() -> Sequence[Event]:
        return await services.in_thread(
            lambda: services.conversations.read(token, named, since, services.clock())
        )

    # Subscribed before reading: what is committed in between wakes us at once.
    with services.bus.waiting(named) as woken:
        events = await read()
        if not events and wait:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), wait)
                events = await read()
    links, now = services.uploads.links, services.clock()
    return reply({"events": [as_json(event, links, now) for event in events]})


def as_json(event: Event, links: PhotoLinks, now: datetime) -> dict[str, Any]:
    """Return an event as clients see it; what the log says of itself wins over the body.

    Photos get links here, that are over soon: who may read the event may see them.
    """
    body = event.body
    if any(block["type"] == "photo" for block in body.get("blocks", ())):
        body = body | {"blocks": [_linked(block, links, now) for block in body["blocks"]]}
    return body | {
        "seq": event.seq,
        "type": event.type.value,
        "at": instant(event.at),
        "author": event.author.value,
    }


def _linked(block: dict[str, Any], links: PhotoLinks, now: datetime) -> dict[str, Any]:
    if block["type"] != "photo":
        return block
    own = block["attachment_id"]
    return block | {"url": f"/api/v1/attachments/{own}?t={links.token(own, now)}"}
