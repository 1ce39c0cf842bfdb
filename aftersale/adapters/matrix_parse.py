"""What a look at Matrix (`/sync`) says, in our words. Pure; everything in it is a stranger's word.

A room counts as private only with exactly two people in it and nobody invited. Then its address
names both the room and the other one: who comes into the room later is another chat.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aftersale.domain.channels import Inbound, InboundKind, Media, Unusable
from aftersale.services.ports_channels import Parsed, Unreadable

JOINED, INVITED = "m.joined_member_count", "m.invited_member_count"
MEMBER, ENCRYPTION, CREATE = "m.room.member", "m.room.encryption", "m.room.create"
_ID = re.compile(r"[!$@][\x21-\x7e]{1,254}")  # rooms, events and people
_LONGEST_NAME = 200
_FILES = frozenset({"m.image", "m.file"})
_WORDS = frozenset({"m.text", "m.emote"})
_SILENT = frozenset({"m.notice", "m.key.verification.request"})  # bots, and clients among them
_UNUSABLE_MESSAGES = {
    "m.audio": Unusable.VOICE,
    "m.video": Unusable.VIDEO,
    "m.location": Unusable.LOCATION,
}
_UNUSABLE_EVENTS = {
    "m.room.encrypted": Unusable.ENCRYPTED,
    "m.sticker": Unusable.STICKER,
    "m.poll.start": Unusable.POLL,
    "org.matrix.msc3381.poll.start": Unusable.POLL,
    "m.call.invite": Unusable.OTHER,
}

Json = Mapping[str, Any]


def read(body: bytes) -> Json:
    """Return the JSON object of a body.

    Raises:
        Unreadable: it is none.
    """
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise Unreadable from exc
    if not isinstance(said, dict):
        raise Unreadable
    return said


def parsed_of(sync: Json, user: str, now: datetime) -> Parsed:
    """Return what others did, room by room, each in the server's order. `user` is us."""
    rooms = mapping(sync, "rooms")
    found: list[Inbound] = []
    for room_id, room in mapping(rooms, "join").items():
        if is_id(room_id, "!") and isinstance(room, dict):
            found += _Room.of(room_id, room, user, now).inbound(listed(room, "timeline", "events"))
    for room_id, room in mapping(rooms, "leave").items():
        if is_id(room_id, "!") and isinstance(room, dict):
            found += _put_out(room_id, room, user, now)
    return Parsed(tuple(found))


def mapping(given: object, name: str) -> Json:
    """Return what stands under a name where it is an object; else an empty one."""
    value = given.get(name) if isinstance(given, dict) else None
    return value if isinstance(value, dict) else {}


def listed(given: object, *names: str) -> list[Json]:
    """Return the objects of the list at the end of these names."""
    for name in names[:-1]:
        given = mapping(given, name)
    value = given.get(names[-1]) if isinstance(given, dict) else None
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def is_id(value: object, sign: str) -> bool:
    """Whether it may be an id of a room (!), an event ($) or a person (@)."""
    return isinstance(value, str) and value[:1] == sign and _ID.fullmatch(value) is not None


def wants_us(invited: Json, user: str) -> bool:
    """Whether an invitation is one that we take: to talk with one person, unencrypted."""
    direct = False
    for event in listed(invited, "invite_state", "events"):
        content = mapping(event, "content")
        if event.get("type") == ENCRYPTION:
            return False
        if event.get("type") == CREATE and content.get("type") is not None:
            return False  # a space, not a room to talk in
        if event.get("type") == MEMBER and event.get("state_key") == user:
            direct = content.get("is_direct") is True
    return direct


def is_fresh(room: Json) -> bool:
    """Whether we have just come into the room: only then is all its state told."""
    told = listed(room, "state", "events") + listed(room, "timeline", "events")
    return any(event.get("type") == CREATE for event in told)


def address_of(room_id: str, other: str | None) -> str:
    """Return where an answer goes: to a room, and only while it is that person's and ours."""
    return f"{room_id} {other}" if other else room_id


def place_of(address: str) -> tuple[str, str]:
    """Return the room of an address and whose it is, empty for anybody's."""
    room_id, _, other = address.partition(" ")
    return room_id, other


def happened_at(event: Json, now: datetime) -> datetime:
    """Return when an event happened by its server's clock; never later than now."""
    said = event.get("origin_server_ts")
    if isinstance(said, bool) or not isinstance(said, int):
        return now
    try:
        return min(datetime.fromtimestamp(said / 1000, UTC), now)
    except (OverflowError, OSError, ValueError):
        return now


@dataclass(slots=True)
class _Room:
    """One room while its events are read in their order."""

    room_id: str
    user: str
    now: datetime
    joined: int
    invited: int
    names: Mapping[str, str]
    latest: datetime | None = None
    explained: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, room_id: str, room: Json, user: str, now: datetime) -> "_Room":
        counts = mapping(room, "summary")
        joined, invited = _count(counts, JOINED), _count(counts, INVITED)
        return cls(room_id, user, now, joined, invited, _names(room))

    @property
    def is_private(self) -> bool:
        """Whether it is one person's and ours; what is not told counts against it."""
        return (self.joined, self.invited) == (2, 0)

    def inbound(self, events: list[Json]) -> Iterator[Inbound]:
        for event in events:
            sender, event_id = event.get("sender"), event.get("event_id")
            if not is_id(sender, "@") or not is_id(event_id, "$"):
                continue
            inbound = self._of(event)
            if inbound is not None:
                yield inbound

    def _of(self, event: Json) -> Inbound | None:
        if event["sender"] == self.user or "redacted_because" in mapping(event, "unsigned"):
            return None
        if event.get("type") == MEMBER:
            return self._moved(event)
        if "state_key" in event:
            return None
        if event.get("type") == "m.room.message":
            return self._said(event)
        if event.get("type") == "m.reaction":
            return self._reacted(event)
        what = _UNUSABLE_EVENTS.get(_text(event, "type"))
        return None if what is None else self._unusable(event, what)

    def _moved(self, event: Json) -> Inbound | None:
        membership = _text(mapping(event, "content"), "membership")
        if event.get("state_key") == self.user:
            return None
        if membership in {"leave", "ban"} and self.joined <= 1:
            return self._made(event, InboundKind.LEFT, is_private=True)
        if membership in {"invite", "join", "knock"} and not self.is_private and self.joined > 1:
            return self._unusable(event, Unusable.OTHER)  # one more in the room: that is told
        return None

    def _said(self, event: Json) -> Inbound | None:
        content = mapping(event, "content")
        relation = mapping(content, "m.relates_to")
        if relation.get("rel_type") == "m.replace":
            return self._edited(event, relation)
        kind = _text(content, "msgtype")
        if not kind or kind in _SILENT:
            return None
        about = mapping(relation, "m.in_reply_to").get("event_id")
        answered = about if is_id(about, "$") else None
        if kind in _FILES:
            return self._file(event, content, answered)
        if kind not in _WORDS:
            return self._unusable(event, _UNUSABLE_MESSAGES.get(kind, Unusable.OTHER))
        text = _words(content, is_answer=answered is not None)
        if not text.strip():
            return self._unusable(event, Unusable.EMPTY)
        return self._made(event, InboundKind.MESSAGE, text=text, about=answered)

    def _edited(self, event: Json, relation: Json) -> Inbound | None:
        edited = relation.get("event_id")
        if not is_id(edited, "$"):
            return None
        new = mapping(mapping(event, "content"), "m.new_content")
        if _text(new, "msgtype") in _SILENT:
            return None
        text = _words(new, is_answer=False)
        return self._made(event, InboundKind.EDITED, text=text, about=edited)

    def _reacted(self, event: Json) -> Inbound | None:
        relation = mapping(mapping(event, "content"), "m.relates_to")
        about = relation.get("event_id")
        if relation.get("rel_type") != "m.annotation" or not is_id(about, "$"):
            return None
        return self._made(event, InboundKind.REACTION, text=_text(relation, "key"), about=about)

    def _file(self, event: Json, content: Json, about: str | None) -> Inbound | None:
        if mapping(content, "file"):
            return self._unusable(event, Unusable.ENCRYPTED)
        if media_of(_text(content, "url")) is None:
            return self._unusable(event, Unusable.FILE)
        info, body = mapping(content, "info"), _text(content, "body")
        size = info.get("size")
        # A body beside another file name is what was written below the picture.
        name = _text(content, "filename") or body
        media = Media(
            _text(content, "url"),
            media_type=_text(info, "mimetype"),
            name=name[:_LONGEST_NAME],
            size=size if isinstance(size, int) and not isinstance(size, bool) else None,
        )
        said = "" if body == name else body
        return self._made(event, InboundKind.MESSAGE, text=said, about=about, media=(media,))

    def _unusable(self, event: Json, what: Unusable) -> Inbound | None:
        if what is Unusable.ENCRYPTED:
            if what in self.explained:
                return None  # said once, not below each of them
            self.explained.add(what)
        return self._made(event, InboundKind.UNSUPPORTED, what=what)

    def _made(self, event: Json, kind: InboundKind, **given: Any) -> Inbound:
        at = happened_at(event, self.now)
        # The server's order counts, whatever the clocks of others say.
        self.latest = at = max(at, self.latest or at)
        is_private = given.pop("is_private", self.is_private)
        return Inbound(
            event_id=event["event_id"],
            address=address_of(self.room_id, event["sender"] if is_private else None),
            sender=event["sender"],
            kind=kind,
            at=at,
            name=self.names.get(event["sender"], ""),
            is_private=is_private,
            **given,
        )


def media_of(url: str) -> tuple[str, str] | None:
    """Return server and id of a file's address; None: it is no such address."""
    found = re.fullmatch(r"mxc://([\w.:\[\]-]{1,255})/([\w-]{1,255})", url, re.ASCII)
    return (found[1], found[2]) if found else None


def _put_out(room_id: str, room: Json, user: str, now: datetime) -> Iterator[Inbound]:
    """Return that somebody put us out of a room, or left before we could look."""
    for event in listed(room, "timeline", "events"):
        sender, content = event.get("sender"), mapping(event, "content")
        if event.get("type") != MEMBER or sender == user or not is_id(sender, "@"):
            continue
        is_over = _text(content, "membership") in {"leave", "ban"}
        event_id = event.get("event_id")
        if is_over and event.get("state_key") in (user, sender) and is_id(event_id, "$"):
            yield Inbound(
                event_id=str(event_id),
                address=address_of(room_id, str(sender)),
                sender=str(sender),
                kind=InboundKind.LEFT,
                at=happened_at(event, now),
            )


def _names(room: Json) -> dict[str, str]:
    told = listed(room, "state", "events") + listed(room, "timeline", "events")
    return {
        str(event["state_key"]): _text(mapping(event, "content"), "displayname")[:_LONGEST_NAME]
        for event in told
        if event.get("type") == MEMBER and is_id(event.get("state_key"), "@")
    }


def _words(content: Json, *, is_answer: bool) -> str:
    """Return what was written, without the quotation that older clients put above an answer."""
    lines = _text(content, "body").split("\n")
    if is_answer and lines[0].startswith("> "):
        while lines and lines[0].startswith(">"):
            lines.pop(0)
    return "\n".join(lines).strip("\n")


def _text(given: Json, name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str):
        return ""
    # NUL and lone halves of signs cannot be stored; nobody types them.
    return value.replace("\x00", "").encode("utf-8", "replace").decode()


def _count(given: Json, name: str) -> int:
    value = given.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else -1
