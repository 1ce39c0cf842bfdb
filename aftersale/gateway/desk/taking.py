"""Taking a conversation, handing it on, putting it aside, ending it: each names what it saw."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from aiohttp import web

from aftersale.domain.errors import IllegalMove
from aftersale.errors import OwnershipMoved
from aftersale.gateway.bodies import text
from aftersale.gateway.desk.bodies import fields
from aftersale.gateway.desk.chat_shapes import conversation_json, handoff_json
from aftersale.gateway.desk.entry import signed_in
from aftersale.gateway.desk.keys import LIVE
from aftersale.gateway.desk.talk import TALK
from aftersale.gateway.desk.times import when
from aftersale.gateway.keys import SERVICES
from aftersale.gateway.replies import TITLES, Refusal, reply
from aftersale.services.desk.handing import Handing
from aftersale.services.handoff.agents import Act, Acted
from aftersale.services.handoff.moving import MOVED

LONGEST_NOTE = 2_000
LONGEST_LABEL = 64
LONGEST_SNOOZE = timedelta(days=60)
Work = Callable[[Handing, Act], Acted]


def routes() -> list[web.RouteDef]:
    """Return every move of a conversation."""
    made = {
        "claim": claim,
        "take-over": take_over,
        "transfer": transfer,
        "release": release,
        "snooze": snooze,
        "return": give_back,
        "close": close,
        "reopen": reopen,
    }
    return [
        web.post(f"{TALK}/{name}", handler, name=f"desk_{name.replace('-', '_')}")
        for name, handler in made.items()
    ]


async def claim(request: web.Request) -> web.Response:
    """Take it from the queue."""
    await fields(request, {"version"})
    return await _done(request, Handing.claim)


async def take_over(request: web.Request) -> web.Response:
    """Take it unasked."""
    await fields(request, {"version"})
    return await _done(request, Handing.take_over)


async def reopen(request: web.Request) -> web.Response:
    """Open it again."""
    await fields(request, {"version"})
    return await _done(request, Handing.reopen)


async def transfer(request: web.Request) -> web.Response:
    """Give it to a colleague, or to a team."""
    given = await fields(request, {"version", "to_user", "to_team", "note"})
    user, team = _label(given, "to_user"), _label(given, "to_team")
    if (user is None) == (team is None):
        raise Refusal("bad_request", "Send either to_user or to_team.")
    note = _note(given)
    if user is not None:
        to = user
        return await _done(request, lambda handing, act: handing.transfer(act, to, note))
    return await _done(request, lambda handing, act: handing.release(act, team, note))


async def release(request: web.Request) -> web.Response:
    """Put it back into the queue."""
    given = await fields(request, {"version", "team", "note"})
    team, note = _label(given, "team"), _note(given)
    return await _done(request, lambda handing, act: handing.release(act, team, note))


async def snooze(request: web.Request) -> web.Response:
    """Put it aside until then; null brings it back."""
    given = await fields(request, {"version", "until"})
    until, now = when(given.get("until"), "until"), request.app[SERVICES].clock()
    if until is not None and not now < until <= now + LONGEST_SNOOZE:
        raise Refusal("bad_request", "until must lie ahead, by 60 days at most.")
    return await _done(request, lambda handing, act: handing.snooze(act, until))


async def give_back(request: web.Request) -> web.Response:
    """Let the bot go on."""
    given = await fields(request, {"version", "note", "outcome"})
    outcome, note = text(given, "outcome", limit=LONGEST_NOTE, required=False), _note(given)
    return await _done(
        request, lambda handing, act: handing.give_back(act, outcome=outcome, note=note)
    )


async def close(request: web.Request) -> web.Response:
    """End it."""
    given = await fields(request, {"version", "disposition", "note"})
    label, note = _label(given, "disposition"), _note(given)
    return await _done(
        request, lambda handing, act: handing.close(act, disposition=label, note=note)
    )


async def _done(request: web.Request, work: Work) -> web.Response:
    """Do it as whoever is signed in; who came too late is told who has it."""
    who, services, own = signed_in(request), request.app[SERVICES], request.match_info["id"]
    version = (await request.json()).get("version")
    if type(version) is not int:
        raise Refusal("bad_request", "version must be that of the conversation as you saw it.")
    handing, now = services.desk.chats.handing, services.clock()
    act = Act(own, version, who, now)
    try:
        acted = await services.in_thread(lambda: work(handing, act))
    except (OwnershipMoved, IllegalMove):
        return await moved(request, own)
    request.app[LIVE].changed(own)
    names = {who.user: who.name}
    handoff = handoff_json(acted.handoff, names) if acted.handoff else None
    return reply(
        {"conversation": conversation_json(acted.conversation, None, now), "handoff": handoff}
    )


async def moved(request: web.Request, conversation_id: str) -> web.Response:
    """Say that somebody else has the conversation by now, and who."""
    services = request.app[SERVICES]
    holder = await services.in_thread(lambda: services.desk.chats.handing.holder(conversation_id))
    body: dict[str, Any] = {
        "type": "urn:aftersale:problem:ownership_moved",
        "title": TITLES[409],
        "status": 409,
        "code": "ownership_moved",
        "detail": MOVED,
    }
    if holder is not None:
        agent = {"user": holder.user, "name": holder.name} if holder.user else None
        body |= {"owner": holder.owner, "owner_version": holder.version, "agent": agent}
    return web.json_response(body, status=409, content_type="application/problem+json")


def _label(given: dict[str, Any], name: str) -> str | None:
    value = text(given, name, limit=LONGEST_LABEL, required=False)
    return value.strip() or None if value else None


def _note(given: dict[str, Any]) -> str:
    return (text(given, "note", limit=LONGEST_NOTE, required=False) or "").strip()
