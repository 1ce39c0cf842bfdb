"""The lists of the desk: who waits, my chats, all of them, open cases; narrowed and searched."""

import base64
import json
from datetime import datetime
from typing import Any

from aiohttp import web

from aftersale.domain.handoffs import HandoffReason
from aftersale.gateway.desk.chat_shapes import case_row_json, counts_json, row_json
from aftersale.gateway.desk.entry import API, signed_in
from aftersale.gateway.desk.keys import VIEWERS
from aftersale.gateway.keys import SERVICES
from aftersale.gateway.replies import Refusal, reply
from aftersale.services.desk.reading import PAGE
from aftersale.services.ports_inbox import Filters, Place, View

CASES = "cases"
LONGEST = 64  # letters of a filter
LONGEST_SEARCH = 200
LONGEST_CURSOR = 300


def routes() -> list[web.RouteDef]:
    """Return the route of the lists."""
    return [web.get(f"{API}/inbox", inbox, name="desk_inbox")]


async def inbox(request: web.Request) -> web.Response:
    """Return a page of a list with the counts of all."""
    who, services = signed_in(request), request.app[SERVICES]
    filters, wanted = _filters(request), request.query.get("view", View.QUEUE.value)
    if wanted == CASES:
        return await _cases(request, filters)
    view = _one_of(View, "view", wanted)
    after = _place(request)
    now = services.clock()
    rows, counts = await services.in_thread(
        lambda: services.desk.chats.reading.inbox(who, view, filters, now, after=after)
    )
    viewers = request.app[VIEWERS]
    items = [
        row_json(row, viewers.names(row.conversation.conversation_id, but=who.user), now)
        for row in rows
    ]
    more = _cursor(rows[-1].place) if len(rows) == PAGE else None
    return reply({"items": items, "counts": counts_json(counts), "next": more})


async def _cases(request: web.Request, filters: Filters) -> web.Response:
    who, services = signed_in(request), request.app[SERVICES]
    given = request.query.get("cursor") or "0"
    if not given.isascii() or not given.isdigit() or len(given) > 6:
        raise Refusal("bad_request", "cursor is what an earlier page gave as next.")
    offset = int(given)
    lines, counts = await services.in_thread(
        lambda: services.desk.chats.reading.cases(who, filters, services.clock(), offset=offset)
    )
    more = str(offset + PAGE) if len(lines) == PAGE else None
    items = [case_row_json(line) for line in lines]
    return reply({"items": items, "counts": counts_json(counts), "next": more})


def _filters(request: web.Request) -> Filters:
    given = {name: value for name, value in request.query.items() if value}
    long = [n for n in ("storefront", "language", "channel") if len(given.get(n, "")) > LONGEST]
    words = given.get("q", "").replace("\x00", "").strip()
    if long or len(words) > LONGEST_SEARCH:
        raise Refusal("bad_request", "A filter is too long.")
    reason = given.get("reason")
    return Filters(
        storefront=given.get("storefront"),
        reason=_one_of(HandoffReason, "reason", reason) if reason else None,
        language=given.get("language"),
        channel=given.get("channel"),
        words=words,
    )


def _one_of(kind: Any, name: str, value: str) -> Any:
    try:
        return kind(value)
    except ValueError as wrong:
        known = ", ".join(each.value for each in kind)
        raise Refusal("bad_request", f"{name} is one of {known}.") from wrong


def _cursor(place: Place) -> str:
    told = [place.snoozed, place.at.isoformat(), place.conversation_id]
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode()


def _place(request: web.Request) -> Place | None:
    given = request.query.get("cursor")
    if not given:
        return None
    place = _read(given) if len(given) <= LONGEST_CURSOR else None
    if place is None or place.at.tzinfo is None:
        raise Refusal("bad_request", "cursor is what an earlier page gave as next.")
    return place


def _read(cursor: str) -> Place | None:
    try:
        snoozed, at, own = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return Place(bool(snoozed), datetime.fromisoformat(at), str(own))
    except (ValueError, TypeError, RecursionError):
        return None
