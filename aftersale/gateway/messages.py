"""Messages in, events out."""

import asyncio
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from aftersale.domain.conversations import Conversation, Event
from aftersale.gateway.bodies import button_id, client_msg_id, fields, number, required_text
from aftersale.gateway.keys import LIMITERS, RUNNER, SERVICES
from aftersale.gateway.replies import Refusal, reply
from aftersale.gateway.sessions import entered, instant
from aftersale.gateway.text import clean
from aftersale.services.conversations import Incoming

LONGEST_WAIT = 30.0
SEQ_LIMIT = 2**53


async def send_message(request: web.Request) -> web.Response:
    """Take one message; a repeated `client_msg_id` gives the same answer, no new turn."""
    conversation = await entered(request)
    if not request.app[LIMITERS].conversation.take(conversation.conversation_id):
        raise Refusal("too_many_requests", "Too many messages; please slow down.")
    incoming = await _incoming(request)
    services = request.app[SERVICES]
    event = await services.in_thread(
        lambda: services.conversations.receive(
            conversation.conversation_id, incoming, services.clock()
        )
    )
    request.app[RUNNER].notice(event.conversation_id, event.seq)
    return reply({"id": f"{event.conversation_id}-{event.seq}", "seq": event.seq}, status=202)


async def _incoming(request: web.Request) -> Incoming:
    given = await fields(request, {"client_msg_id", "text", "payload"})
    own_id, button = client_msg_id(given), button_id(given)
    if (button is None) == ("text" not in given):
        raise Refusal("bad_request", "Send either text or payload.")
    if button is not None:
        return Incoming(own_id, payload=button)
    # Bounded by the body: `clean` says what is too long, after taking out what does not count.
    return Incoming(own_id, text=clean(required_text(given, "text", limit=65_536)))


async def read_events(request: web.Request) -> web.Response:
    """Return what happened after `since`; wait for something when nothing did."""
    conversation = await entered(request)
    since = int(number(request, "since", default=0, most=SEQ_LIMIT))
    wait = number(request, "wait", default=0, most=LONGEST_WAIT)
    events = await _events(request, conversation, since, wait)
    return reply({"events": [as_json(event) for event in events]})


async def _events(
    request: web.Request, conversation: Conversation, since: int, wait: float
) -> Sequence[Event]:
    services = request.app[SERVICES]
    own_id = conversation.conversation_id
    # Subscribed before reading: what is committed in between wakes us at once.
    with services.bus.waiting(own_id) as woken:
        events = await services.in_thread(lambda: services.conversations.events(own_id, since))
        if events or not wait:
            return events
        try:
            await asyncio.wait_for(woken.wait(), wait)
        except TimeoutError:
            return ()
        return await services.in_thread(lambda: services.conversations.events(own_id, since))


def as_json(event: Event) -> dict[str, Any]:
    """Return an event as clients see it; what the log says of itself wins over the body."""
    return event.body | {
        "seq": event.seq,
        "type": event.type.value,
        "at": instant(event.at),
        "author": event.author.value,
    }
