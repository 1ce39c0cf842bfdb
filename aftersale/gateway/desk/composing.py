"""What an agent writes: messages with a moment to take them back, photos, notes, ready replies."""

from typing import Any

from aiohttp import web

from aftersale.domain.desk_talk import FROM_AGENT
from aftersale.errors import OwnershipMoved
from aftersale.gateway.bodies import attachment_ids, client_msg_id, required_text
from aftersale.gateway.desk.bodies import fields
from aftersale.gateway.desk.chat_shapes import mention_json, note_json
from aftersale.gateway.desk.entry import API, signed_in
from aftersale.gateway.desk.keys import LIVE, TYPING, WRITING
from aftersale.gateway.desk.taking import moved
from aftersale.gateway.desk.talk import TALK
from aftersale.gateway.keys import SERVICES
from aftersale.gateway.presence import seq_of
from aftersale.gateway.replies import Refusal, reply
from aftersale.gateway.sessions import instant
from aftersale.gateway.text import clean
from aftersale.gateway.uploads import taken
from aftersale.services.desk.writing import Written

LONGEST = 65_536  # signs of a body's text; `clean` says what is too long


def routes() -> list[web.RouteDef]:
    """Return what an agent writes with."""
    return [
        web.post(f"{TALK}/messages", write, name="desk_write"),
        web.delete(f"{TALK}/messages/{{message_id}}", undo, name="desk_undo"),
        web.post(f"{TALK}/uploads", upload, name="desk_upload"),
        web.post(f"{TALK}/typing", typing, name="desk_typing"),
        web.post(f"{TALK}/read", read, name="desk_read"),
        web.post(f"{TALK}/notes", note, name="desk_note"),
        web.get(f"{API}/mentions", mentions, name="desk_mentions"),
        web.post(f"{API}/mentions/seen", seen, name="desk_mention_seen"),
        web.get(f"{API}/colleagues", colleagues, name="desk_colleagues"),
        web.get(f"{API}/canned", canned, name="desk_canned"),
    ]


async def write(request: web.Request) -> web.Response:
    """Take a message; it leaves in a moment."""
    who, services, own = signed_in(request), request.app[SERVICES], request.match_info["id"]
    _require_pace(request, who.user)
    given = await fields(request, {"client_msg_id", "text", "attachment_ids"})
    sent = attachment_ids(given)
    if "text" not in given and not sent:
        raise Refusal("bad_request", "Send text, attachment_ids or both.")
    words = clean(required_text(given, "text", limit=LONGEST)) if "text" in given else ""
    written = Written(client_msg_id(given), words, sent)
    try:
        message = await services.in_thread(
            lambda: services.desk.chats.writing.write(who, own, written, services.clock())
        )
    except OwnershipMoved:
        return await moved(request, own)
    told = {"message_id": message.message_id, "send_at": instant(message.send_at)}
    return reply(told | {"state": message.state.value}, status=202)


async def undo(request: web.Request) -> web.Response:
    """Take a message back as long as it has not left."""
    who, services, own = signed_in(request), request.app[SERVICES], request.match_info["id"]
    wanted = request.match_info["message_id"]
    undone = await services.in_thread(lambda: services.desk.chats.writing.undo(who, own, wanted))
    if not undone:
        raise Refusal("sent_already", "The message has left already.")
    return web.Response(status=204)


async def upload(request: web.Request) -> web.Response:
    """Take a photo or document for the buyer; it is shown when a message names it."""
    who, services, own = signed_in(request), request.app[SERVICES], request.match_info["id"]
    _require_pace(request, who.user)
    conversation = await services.in_thread(lambda: services.desk.chats.reading.require(who, own))
    return await taken(request, conversation, purpose=FROM_AGENT)


async def typing(request: web.Request) -> web.Response:
    """Show the buyer that the person who has the conversation types."""
    who, services, own = signed_in(request), request.app[SERVICES], request.match_info["id"]
    await fields(request, ())
    if request.app[TYPING].take(f"{who.user} {own}"):
        await services.in_thread(
            lambda: services.desk.chats.noting.type(who, own, services.clock())
        )
    return web.Response(status=204)


async def read(request: web.Request) -> web.Response:
    """Note how far the person has read."""
    who, services, own = signed_in(request), request.app[SERVICES], request.match_info["id"]
    seq = seq_of(await fields(request, {"seq"}))
    await services.in_thread(
        lambda: services.desk.chats.noting.read(who, own, seq, services.clock())
    )
    return web.Response(status=204)


async def note(request: web.Request) -> web.Response:
    """Keep an internal note."""
    who, services, own = signed_in(request), request.app[SERVICES], request.match_info["id"]
    _require_pace(request, who.user)
    given = await fields(request, {"text"})
    words = clean(required_text(given, "text", limit=LONGEST))
    kept = await services.in_thread(
        lambda: services.desk.chats.noting.note(who, own, words, services.clock())
    )
    request.app[LIVE].changed(own)
    return reply(note_json(kept), status=201)


async def mentions(request: web.Request) -> web.Response:
    """Return where the person was named."""
    who, services = signed_in(request), request.app[SERVICES]
    found, unseen = await services.in_thread(lambda: services.desk.chats.noting.mentions(who))
    return reply({"items": [mention_json(each) for each in found], "unseen": unseen})


async def seen(request: web.Request) -> web.Response:
    """Note that the person has seen where they were named."""
    who, services = signed_in(request), request.app[SERVICES]
    own = required_text(await fields(request, {"note_id"}), "note_id", limit=64)
    await services.in_thread(lambda: services.desk.chats.noting.see(who, own, services.clock()))
    return web.Response(status=204)


async def colleagues(request: web.Request) -> web.Response:
    """Return who works for a storefront: for handing on, and for being named in a note."""
    who, services = signed_in(request), request.app[SERVICES]
    storefront = request.query.get("storefront") or None
    if storefront is not None and not who.serves(storefront):
        return reply({"items": []})
    found = await services.in_thread(
        lambda: services.desk.chats.noting.colleagues(who, storefront, services.clock())
    )
    items = [
        {"user": each.user, "name": each.name, "team": each.team, "online": is_there}
        for each, is_there in found
    ]
    return reply({"items": items})


async def canned(request: web.Request) -> web.Response:
    """Return the ready replies of a storefront."""
    who, services = signed_in(request), request.app[SERVICES]
    storefront = request.query.get("storefront", "")
    found: list[Any] = []
    if who.serves(storefront):
        found = services.desk.chats.canned.of(storefront)
    items = [{"id": each.id, "title": each.title, "text": each.text} for each in found]
    return reply({"items": items})


def _require_pace(request: web.Request, user: str) -> None:
    if not request.app[WRITING].take(user):
        raise Refusal("too_many_requests", "Too many at once; please slow down.")
