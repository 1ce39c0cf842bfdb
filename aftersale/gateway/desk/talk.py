"""One conversation at the desk: itself, its log, its context, and what was sent in it."""

from aiohttp import web

from aftersale.gateway.bodies import number
from aftersale.gateway.desk.chat_shapes import event_json, shown_json
from aftersale.gateway.desk.context_shape import context_json
from aftersale.gateway.desk.entry import API, signed_in
from aftersale.gateway.desk.keys import VIEWERS
from aftersale.gateway.desk.thread_shape import thread_json
from aftersale.gateway.keys import SERVICES
from aftersale.gateway.messages import SEQ_LIMIT
from aftersale.gateway.replies import reply
from aftersale.gateway.services import Services
from aftersale.gateway.uploads import CSP, NAMES
from aftersale.services.desk.reading import Shown

TALK = f"{API}/conversations/{{id}}"
EVENTS = 200  # of one page
ENGINE_SECONDS = 2.0  # then the context comes without what the engine remembers


def routes() -> list[web.RouteDef]:
    """Return the routes that read one conversation."""
    return [
        web.get(TALK, conversation, name="desk_conversation"),
        web.get(f"{TALK}/events", events, name="desk_events"),
        web.get(f"{TALK}/context", context, name="desk_context"),
        web.get(f"{TALK}/attachments/{{attachment_id}}", attachment, name="desk_attachment"),
    ]


async def conversation(request: web.Request) -> web.Response:
    """Return the conversation with all that stands beside its log."""
    who, services, own = signed_in(request), request.app[SERVICES], request.match_info["id"]
    now = services.clock()
    shown = await services.in_thread(
        lambda: services.desk.chats.reading.conversation(who, own, now)
    )
    told = shown_json(shown, request.app[VIEWERS].of(own), who, now)
    asks = _asks(services, shown)
    return reply(told | {"thread": thread_json(shown.reach, asks=asks)})


def _asks(services: Services, shown: Shown) -> bool:
    """Return whether the account has words that ask a buyer to write: some have no template."""
    thread = shown.reach.thread if shown.reach else None
    known = services.messengers.connectors if services.messengers else {}
    connector = known.get(thread.account) if thread else None
    if thread is None or connector is None or connector.capabilities.window is None:
        return False
    return connector.template(shown.conversation.locale, {"name": thread.name}) is not None


async def events(request: web.Request) -> web.Response:
    """Return a page of the log: after `since`, before `before`, or its end."""
    who, services, own = signed_in(request), request.app[SERVICES], request.match_info["id"]
    limit = max(1, int(number(request, "limit", default=EVENTS, most=EVENTS)))
    bounds = {
        name: int(number(request, name, default=0, most=SEQ_LIMIT))
        for name in ("since", "before")
        if name in request.query
    }
    found = await services.in_thread(
        lambda: services.desk.chats.reading.events(
            who, own, services.clock(), limit=limit, **bounds
        )
    )
    more = bool(found.events) and len(found.events) == limit
    shown = [event_json(each, found.deliveries.get(each.seq)) for each in found.events]
    return reply({"events": shown, "more": more})


async def context(request: web.Request) -> web.Response:
    """Return what an agent should know before they answer."""
    who, services, own = signed_in(request), request.app[SERVICES], request.match_info["id"]
    now = services.clock()
    found = await services.in_thread(lambda: services.desk.chats.context.of(who, own, now))
    epoch = found.conversation.engine_epoch
    # A desk works without the engine.
    memory = await services.engine.state(own, epoch, seconds=ENGINE_SECONDS)
    return reply(context_json(found, memory, now))


async def attachment(request: web.Request) -> web.Response:
    """Send a photo or document of the conversation to be shown; nothing else is ever run."""
    who, services = signed_in(request), request.app[SERVICES]
    own, wanted = request.match_info["id"], request.match_info["attachment_id"]
    found, path = await services.in_thread(
        lambda: services.desk.chats.reading.attachment(who, own, wanted, services.clock())
    )
    content = await services.in_thread(path.read_bytes)
    response = web.Response(body=content, content_type=found.media_type)
    name = NAMES.get(found.media_type, "file")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = CSP
    return response
