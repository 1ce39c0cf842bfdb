"""Asks a Matrix homeserver for news, completely: what its look leaves out is fetched.

Where the next look begins is kept with what this one said, so nothing is lost or done twice.
"""

import json
import logging
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from aftersale.adapters.matrix_http import MatrixHttp, path_of
from aftersale.adapters.matrix_parse import (
    INVITED,
    JOINED,
    MEMBER,
    Json,
    happened_at,
    is_fresh,
    is_id,
    listed,
    mapping,
    parsed_of,
    wants_us,
)
from aftersale.domain.channels import InboundKind
from aftersale.services.ports_channels import (
    ChannelTrouble,
    Gone,
    Parsed,
    Pulled,
    Refused,
    Shut,
    Uncertain,
    Unreachable,
)

WAIT = 3.0  # seconds that a look waits for news; so long `stop` may take
FIRST_LOOK = 60.0  # seconds that it may take: it names every room
LOOK, PAGE, MOST_MISSED = 50, 100, 5_000  # events of a room
BEFORE_US = timedelta(days=7)  # what was written before we came in and is still answered
INVITES_AT_ONCE, INVITE_TRIES = 5, 5
KNOWN_ROOMS = 10_000

log = logging.getLogger(__name__)

_NONE: Mapping[str, Any] = {"not_types": ["*"]}


def _filter(limit: int) -> str:
    room = {
        "account_data": _NONE,
        "ephemeral": _NONE,
        "timeline": {"limit": limit},
        "state": {"lazy_load_members": True},
    }
    return json.dumps({"presence": _NONE, "account_data": _NONE, "room": room})


class MatrixPuller:
    """The news of one account. One thread at a time asks."""

    def __init__(self, http: MatrixHttp, user: str, refusal: str) -> None:
        self._http, self._user, self._refusal = http, user, refusal
        self._invites: dict[str, tuple[bool, int]] = {}  # whether we go, how often we tried
        self._members: dict[str, tuple[int, int]] = {}  # of rooms that we looked at
        self._has_begun = self._is_over = False

    def stop(self) -> None:
        """Let the look that waits be the last."""
        self._is_over = True

    def pull(self, cursor: str | None, now: datetime) -> Pulled:
        """Wait a moment for news and return them.

        The first look of an account only learns where news begin: what was said before is over.
        """
        if not self._has_begun:
            first = self._begin()
            self._has_begun = True
            if cursor is None:
                return Pulled(Parsed(), first)
        since = cursor or ""
        look = self._look(since)
        self._invited(look)
        for room_id, room in mapping(mapping(look, "rooms"), "join").items():
            if is_id(room_id, "!") and isinstance(room, dict):
                self._complete(room_id, room, since, now)
        parsed = parsed_of(look, self._user, now)
        self._leave(parsed)
        return Pulled(parsed, _next(look))

    def _begin(self) -> str:
        """Make sure whose key it is, and take up invitations that nobody answered."""
        me = self._http.get("/account/whoami")
        if me.get("user_id") != self._user:
            raise Shut("another_user")
        # It does not wait. Any other number: a server may repeat its answer to the same question.
        timeout = str(secrets.randbelow(1_000_000))
        query = {"filter": _filter(1), "set_presence": "offline", "timeout": timeout}
        look = self._http.get("/sync", query, within=FIRST_LOOK)
        self._invited(look)
        return _next(look)

    def _look(self, since: str) -> Json:
        wait = 0.0 if self._invites or self._is_over else WAIT
        query = {"filter": _filter(LOOK), "set_presence": "offline", "since": since}
        return self._http.get(
            "/sync", query | {"timeout": str(int(wait * 1000))}, within=FIRST_LOOK
        )

    def _invited(self, look: Json) -> None:
        for room_id, invited in mapping(mapping(look, "rooms"), "invite").items():
            if is_id(room_id, "!"):
                self._invites[room_id] = (wants_us(invited, self._user), 0)
        for room_id in list(self._invites)[:INVITES_AT_ONCE]:
            going, tries = self._invites.pop(room_id)
            try:
                self._answer(room_id, going=going)
            except (Unreachable, Uncertain) as lost:
                if tries + 1 < INVITE_TRIES:  # behind the others: none holds them up for long
                    self._invites[room_id] = (going, tries + 1)
                else:
                    log.warning("an invitation could not be answered", extra={"code": lost.code})
            except (Gone, Refused):
                log.info("an invitation was withdrawn")
            except ChannelTrouble:
                self._invites[room_id] = (going, tries)
                raise

    def _answer(self, room_id: str, *, going: bool) -> None:
        if going:
            self._http.post(path_of("rooms", room_id, "join"), {})
        else:
            self._http.post(path_of("rooms", room_id, "leave"), {"reason": self._refusal})

    def _complete(self, room_id: str, room: dict[str, Any], since: str, now: datetime) -> None:
        """Fill in what the look left out: earlier events, and how many are in the room."""
        timeline = room["timeline"] = dict(mapping(room, "timeline"))
        events = listed(room, "timeline", "events")
        if timeline.get("limited") is True:
            start = str(timeline.get("prev_batch", ""))
            fresh = is_fresh(room)
            earlier, told = self._earlier(room_id, start, since, fresh=fresh), _ids(events)
            events = [*(each for each in earlier if each.get("event_id") not in told), *events]
            self._members.pop(room_id, None)
            if fresh:
                events = [each for each in events if happened_at(each, now) > now - BEFORE_US]
        timeline["events"] = events
        if any(each.get("type") == MEMBER for each in events + listed(room, "state", "events")):
            self._members.pop(room_id, None)
        if events:
            joined, invited = self._counted(room_id)
            room["summary"] = {JOINED: joined, INVITED: invited}

    def _earlier(self, room_id: str, start: str, since: str, *, fresh: bool) -> list[Json]:
        """Return what happened in a room before a look and after the last one, oldest first."""
        found: list[Json] = []
        query = {"dir": "b", "limit": str(PAGE)} | ({} if fresh else {"to": since})
        path = path_of("rooms", room_id, "messages")
        while start and len(found) < MOST_MISSED:
            try:
                page = self._http.get(path, query | {"from": start})
            except (Gone, Refused):
                break  # we are not in it any more
            events, end = listed(page, "chunk"), page.get("end")
            found += events
            start = end if events and isinstance(end, str) and end != start else ""
            if fresh:
                break  # one page of what was said before we came is enough
        else:
            if start:
                log.warning("more was missed in a room than is read", extra={"count": len(found)})
        return found[::-1]

    def _counted(self, room_id: str) -> tuple[int, int]:
        """Return how many are in a room and how many are invited; -1 where that is not told."""
        if room_id not in self._members:
            if len(self._members) >= KNOWN_ROOMS:
                self._members.clear()
            self._members[room_id] = counts(self._http, room_id)
        return self._members[room_id]

    def _leave(self, parsed: Parsed) -> None:
        """Leave rooms where we are alone; nothing hangs on it."""
        for each in parsed.inbound:
            if each.kind is InboundKind.LEFT:
                try:
                    self._answer(each.address.partition(" ")[0], going=False)
                except (Gone, Refused, Unreachable, Uncertain) as lost:
                    log.info("an empty room was not left", extra={"code": lost.code})


def people(http: MatrixHttp, room_id: str) -> tuple[set[str], set[str]]:
    """Return who is in a room and who is invited.

    Raises:
        ChannelTrouble: as every call; Gone when we are not in it.
    """
    path = path_of("rooms", room_id, "members")
    told = listed(http.get(path, {"not_membership": "leave"}), "chunk")
    found: dict[str, set[str]] = {}
    for each in told:
        if each.get("type") == MEMBER and isinstance(each.get("state_key"), str):
            membership = str(mapping(each, "content").get("membership"))
            found.setdefault(membership, set()).add(each["state_key"])
    return found.get("join", set()), found.get("invite", set()) | found.get("knock", set())


def counts(http: MatrixHttp, room_id: str) -> tuple[int, int]:
    """Return how many are in a room and how many are invited; -1 where we may not know."""
    try:
        joined, invited = people(http, room_id)
    except (Gone, Refused):
        return -1, -1
    return len(joined), len(invited)


def _ids(events: list[Json]) -> list[Any]:
    return [each.get("event_id") for each in events]


def _next(look: Json) -> str:
    place = look.get("next_batch")
    if not isinstance(place, str) or not place:
        raise Uncertain("no_next_batch")
    return place
