"""What one message of Telegram says, in our words: its words, its files, or why we cannot use it.

What is said in a group is not even read: nothing of it is ever stored.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aftersale.adapters.telegram_fields import (
    Thing,
    count,
    instant,
    name,
    number,
    text,
    thing,
    things,
    word,
)
from aftersale.domain.capabilities import CAPABILITIES
from aftersale.domain.channels import Channel, Inbound, InboundKind, Media, Unusable

LARGEST = CAPABILITIES[Channel.TELEGRAM].largest_in
# Files that may be evidence; of the last two the sender's app did not know: we look ourselves.
FILES = frozenset(
    {
        "image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf",
        "application/octet-stream", "",
    }
)  # fmt: skip
_START = re.compile(r"/start(?:@\w+)?(?:\s+([A-Za-z0-9_-]{1,64}))?\s*")
_COMMAND = re.compile(r"/([a-z0-9_]{1,32})(?:@\w+)?(?=\s|$)", re.IGNORECASE)
# An animation is said to be a document, too: it comes before.
_UNUSABLE: Mapping[str, Unusable] = {
    "voice": Unusable.VOICE,
    "audio": Unusable.VOICE,
    "animation": Unusable.VIDEO,
    "video": Unusable.VIDEO,
    "video_note": Unusable.VIDEO,
    "sticker": Unusable.STICKER,
    "venue": Unusable.LOCATION,
    "location": Unusable.LOCATION,
    "contact": Unusable.CONTACTS,
    "poll": Unusable.POLL,
}
# What Telegram says itself. Everything else without words or a file is a thing we do not know.
_SERVICE = frozenset(
    {
        "new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo",
        "delete_chat_photo", "group_chat_created", "supergroup_chat_created",
        "message_auto_delete_timer_changed", "migrate_from_chat_id", "pinned_message",
        "connected_website", "write_access_allowed", "chat_background_set", "boost_added",
        "forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened",
        "video_chat_scheduled", "video_chat_started", "video_chat_ended",
        "video_chat_participants_invited", "proximity_alert_triggered", "users_shared",
        "chat_shared", "successful_payment", "refunded_payment",
    }
)  # fmt: skip

_NAMED_IN_GROUPS = frozenset({InboundKind.PRESSED, InboundKind.MOVED})


@dataclass(frozen=True, slots=True)
class Said:
    """Who said something where and when."""

    address: str
    sender: str
    name: str
    language: str
    is_private: bool
    at: datetime
    order: int

    @classmethod
    def of(cls, said: Thing, *, chat: int, order: int, now: datetime) -> "Said":
        """Read it from a message or whatever else has a chat, a sender and a date."""
        person = thing(said.get("from"))
        own = number(person.get("id"))
        called = (name(person.get(each)) for each in ("first_name", "last_name"))
        return cls(
            address=str(chat),
            sender=str(chat if own is None else own),
            name=name(" ".join(called)),
            language=name(person.get("language_code"))[:35],
            is_private=thing(said.get("chat")).get("type") == "private",
            at=instant(said.get("date"), now),
            order=order,
        )

    def made(self, event_id: str, kind: InboundKind, **more: Any) -> Inbound:
        """Return what happened; in a group only that something did, and who pressed what."""
        if not self.is_private:
            kept = {"payload", "about"} if kind in _NAMED_IN_GROUPS else set()
            more = {key: value for key, value in more.items() if key in kept}
        return Inbound(
            event_id=event_id,
            address=self.address,
            sender=self.sender,
            kind=kind,
            name=self.name if self.is_private else "",
            language=self.language,
            is_private=self.is_private,
            order=self.order,
            **{"at": self.at} | more,
        )


def nobody(person: int) -> dict[str, Any]:
    """Return the place of something in a person's own chat with us."""
    return {"chat": {"id": person, "type": "private"}}


@dataclass(frozen=True, slots=True)
class Read:
    """One message, whose event is named `event_id`."""

    said: Thing
    event_id: str
    basis: Said
    now: datetime

    def inbound(self) -> list[Inbound]:
        """Return what it is: a message, a start, something we cannot use, or nothing to us."""
        moved = number(self.said.get("migrate_to_chat_id"))
        if moved is not None:
            return [self.basis.made(self.event_id, InboundKind.MOVED, payload=str(moved))]
        if thing(self.said.get("from")).get("is_bot") is True or _SERVICE & self.said.keys():
            return []
        start = _START.fullmatch(self._words)
        if start:
            return [self.basis.made(self.event_id, InboundKind.START, payload=start[1])]
        return [self._unusable(what) if (what := self._what) else self._message()]

    def edited(self) -> list[Inbound]:
        """Return what it says now; nothing of a place that moves on."""
        if thing(self.said.get("from")).get("is_bot") is True or not (self._words or self._media):
            return []
        changed = count(self.said.get("edit_date")) or 0
        return [
            self.basis.made(
                f"{self.event_id}:edited:{changed}:{self.basis.order}",
                InboundKind.EDITED,
                text=self._words,
                media=self._media,
                about=self.event_id,
                at=instant(changed, self.now),
            )
        ]

    @property
    def _words(self) -> str:
        return text(self.said.get("text")) or text(self.said.get("caption"))

    @property
    def _media(self) -> tuple[Media, ...]:
        if "animation" in self.said:
            return ()
        found = _photo(self.said.get("photo")) or _document(thing(self.said.get("document")))
        return (found,) if found else ()

    @property
    def _what(self) -> Unusable | None:
        """Return why it cannot be used, if it cannot; its words may be good all the same."""
        what = next((_UNUSABLE[key] for key in _UNUSABLE if key in self.said), None)
        if what is None and self._media:
            kind = self._media[0].media_type
            return None if kind in FILES else Unusable.FILE
        return what if what or self._words else Unusable.OTHER

    def _message(self) -> Inbound:
        answered = count(thing(self.said.get("reply_to_message")).get("message_id"))
        return self.basis.made(
            self.event_id,
            InboundKind.MESSAGE,
            text=_spoken(self._words),
            media=self._media,
            album=word(self.said.get("media_group_id")),
            about=f"{self.basis.address}:{answered}" if answered is not None else None,
        )

    def _unusable(self, what: Unusable) -> Inbound:
        said = _spoken(self._words)
        return self.basis.made(self.event_id, InboundKind.UNSUPPORTED, what=what, text=said)


def _spoken(words: str) -> str:
    """Return a command of a menu as words: it means what it says."""
    command = _COMMAND.match(words)
    return command[1].replace("_", " ") + words[command.end() :] if command else words


def _photo(sizes: object) -> Media | None:
    """Return the largest size of a photo that we take; where none is small enough the smallest."""
    found = [(each, own) for each in things(sizes) if (own := word(each.get("file_id")))]
    found.sort(key=lambda each: (count(each[0].get("width")) or 0, each[1]))
    fits = [pair for pair in found if (count(pair[0].get("file_size")) or 0) <= LARGEST]
    if not found:
        return None
    size, own = fits[-1] if fits else found[0]
    return Media(own, media_type="image/jpeg", size=count(size.get("file_size")))


def _document(said: Thing) -> Media | None:
    own = word(said.get("file_id"))
    if own is None:
        return None
    kind = name(said.get("mime_type")).partition(";")[0].strip().lower()
    called = name(said.get("file_name"))
    return Media(own, media_type=kind, name=called, size=count(said.get("file_size")))
