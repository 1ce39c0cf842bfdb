"""Reads what Chatwoot posts and answers: signatures, and the few events that matter. Pure."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aftersale.services.ports_desks import (
    CallbackInvalid,
    DeskAgent,
    DeskEvent,
    DeskEventKind,
    DeskFile,
    DeskStatus,
)

SIGNATURE, TIMESTAMP = "X-Chatwoot-Signature", "X-Chatwoot-Timestamp"
DELIVERY = "X-Chatwoot-Delivery"
WINDOW = 300  # seconds either way
OURS = "aftersale:"  # how everything that we post is called there
OUTGOING = ("outgoing", 1)  # callbacks say the word, answers of the interface the number
ID_LIMIT = 2**53
KEY_LIMIT = 200
TIMESTAMP_LIMIT = 12  # digits
FILES_LIMIT = 15  # Chatwoot takes no more with one message

Thing = Mapping[str, Any]


def is_signed(secret: str, *, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Return whether the signature holds for the raw body and its time is near."""
    timestamp = headers.get(TIMESTAMP, "")
    is_number = timestamp.isascii() and timestamp.isdigit()
    if not is_number or len(timestamp) > TIMESTAMP_LIMIT:
        return False
    # With the time in front and a dot between: the body alone is not what is signed.
    signed = timestamp.encode() + b"." + body
    expected = "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    given = headers.get(SIGNATURE, "").encode("utf-8", "replace")
    return hmac.compare_digest(expected.encode(), given) and (
        abs(now.timestamp() - int(timestamp)) <= WINDOW
    )


def key_of(headers: Mapping[str, str], body: bytes) -> str:
    """Return the name of a callback: Chatwoot's own, else (older ones) that of its body."""
    given = headers.get(DELIVERY, "")
    if given and given.isascii() and given.isprintable() and len(given) <= KEY_LIMIT:
        return f"delivery:{given}"
    return f"body:{hashlib.sha256(body).hexdigest()}"


def parsed(body: bytes) -> Thing:
    """Return the object in a body.

    Raises:
        CallbackInvalid: there is none.
    """
    try:
        loaded = json.loads(body.decode("utf-8"))
    # RecursionError: a body of opening brackets.
    except (ValueError, RecursionError) as exc:
        raise CallbackInvalid(is_signed=True) from exc
    if not isinstance(loaded, Mapping):
        raise CallbackInvalid(is_signed=True)
    return loaded


def read_callback(said: Thing, *, account: int, inbox: int) -> tuple[DeskEvent, ...]:
    """Return what a callback tells of this inbox; nothing for everything else, also nonsense."""
    event = str(said.get("event"))
    read = _READERS.get(event)
    if read is None:
        return ()
    # Events about a conversation are it; the others carry it.
    conversation = said if event in _OF_CONVERSATIONS else thing(said.get("conversation"))
    ref = whole(conversation.get("id")) if conversation else None
    if conversation is None or ref is None or conversation.get("inbox_id") != inbox:
        return ()
    named = thing(said.get("account"))  # said with messages only
    return read(said, str(ref)) if named is None or named.get("id") == account else ()


def _created(said: Thing, ref: str) -> tuple[DeskEvent, ...]:
    reply = read_reply(said, ref)
    return (reply,) if reply else ()


def _updated(said: Thing, ref: str) -> tuple[DeskEvent, ...]:
    removed = read_removed(said, ref)
    return (removed,) if removed else ()


def _status(said: Thing, ref: str) -> tuple[DeskEvent, ...]:
    status = read_status(said.get("status"))
    if status is None:
        return ()
    agent = read_assignee(said)
    return (DeskEvent(DeskEventKind.STATUS, ref, status=status, agent=agent),)


def _changed(said: Thing, ref: str) -> tuple[DeskEvent, ...]:
    changes = said.get("changed_attributes")
    named = changes if isinstance(changes, list) else []
    if not any("assignee_id" in each for each in named if isinstance(each, Mapping)):
        return ()
    return (DeskEvent(DeskEventKind.ASSIGNED, ref, agent=read_assignee(said)),)


def _typing(said: Thing, ref: str) -> tuple[DeskEvent, ...]:
    agent = read_agent(said.get("user"))
    if agent is None or said.get("is_private") is not False:
        return ()
    return (DeskEvent(DeskEventKind.TYPING, ref, agent=agent),)


_OF_CONVERSATIONS = frozenset({"conversation_status_changed", "conversation_updated"})
_READERS = {
    "message_created": _created,
    "message_updated": _updated,
    "conversation_status_changed": _status,
    "conversation_updated": _changed,
    "conversation_typing_on": _typing,
}


def read_reply(message: Thing, ref: str) -> DeskEvent | None:
    """Return what an agent wrote to the buyer; None for everything else in a conversation.

    Notes, activity, templates, what the buyer or a bot said, what was taken back: and what we
    posted ourselves, which comes back to us as everything does.
    """
    number, agent = whole(message.get("id")), read_agent(message.get("sender"))
    is_public = message.get("message_type") in OUTGOING and message.get("private") is False
    source = text(message.get("source_id"))
    is_ours = source is not None and source.startswith(OURS)
    if number is None or agent is None or not is_public or is_ours or _is_deleted(message):
        return None
    return DeskEvent(
        DeskEventKind.REPLY,
        ref,
        message=number,
        text=(text(message.get("content")) or "").replace("\0", "").strip(),
        agent=agent,
        files=_files(message.get("attachments")),
        source=source,
        at=read_instant(message.get("created_at")),
    )


def read_removed(message: Thing, ref: str) -> DeskEvent | None:
    """Return that a message was taken back; None when it was not."""
    number = whole(message.get("id"))
    if number is None or not _is_deleted(message):
        return None
    return DeskEvent(DeskEventKind.REMOVED, ref, message=number)


def read_status(value: object) -> DeskStatus | None:
    """Return the status of a conversation."""
    try:
        return DeskStatus(str(value))
    except ValueError:
        return None


def read_assignee(conversation: Thing) -> DeskAgent | None:
    """Return the person whose conversation it is; a bot is nobody."""
    meta = thing(conversation.get("meta")) or {}
    assignee = thing(meta.get("assignee"))
    if assignee is None or meta.get("assignee_type", "User") not in {"User", None}:
        return None
    # Where the kind is not said it is a person: bots could not be assigned then.
    return read_agent({"type": "user"} | dict(assignee))


def read_agent(value: object) -> DeskAgent | None:
    """Return a person of the desk; None for contacts, bots and nonsense."""
    said = thing(value)
    number = whole(said.get("id")) if said else None
    if said is None or number is None or said.get("type") != "user":
        return None
    name = text(said.get("available_name")) or text(said.get("name")) or ""
    return DeskAgent(str(number), " ".join(name.split())[:80])


def _files(value: object) -> tuple[DeskFile, ...]:
    found = [thing(each) for each in value][:FILES_LIMIT] if isinstance(value, list) else []
    return tuple(
        DeskFile(url, whole(each.get("file_size")))
        for each in found
        if each and (url := text(each.get("data_url")))
    )


def _is_deleted(message: Thing) -> bool:
    attributes = thing(message.get("content_attributes"))
    return attributes is not None and attributes.get("deleted") is True


def read_instant(value: object) -> datetime | None:
    """Return a time: a number in answers of the interface, a text in callbacks."""
    number = whole(value)
    try:
        if number is not None:
            return datetime.fromtimestamp(number, UTC)
        if isinstance(value, str):
            said = datetime.fromisoformat(value.replace(" UTC", "+00:00"))
            return said if said.tzinfo else said.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def thing(value: object) -> Thing | None:
    """Return an object, or None where something else stands."""
    return value if isinstance(value, Mapping) else None


def text(value: object) -> str | None:
    """Return a text, or None where something else stands."""
    return value if isinstance(value, str) else None


def whole(value: object) -> int | None:
    """Return a number that can be an id, or None where something else stands."""
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value < ID_LIMIT else None
