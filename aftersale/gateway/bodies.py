"""Reads request bodies strictly: JSON objects of known fields and plain texts, nothing else."""

import json
import re
from collections.abc import Collection
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from aiohttp import web

from aftersale.errors import ClientIdChosen
from aftersale.gateway.replies import Refusal
from aftersale.services.uploads import MESSAGE_LIMIT

BODY_LIMIT = 65_536
CLIENT_MSG_ID = re.compile(r"[A-Za-z0-9_-]{8,64}\Z")
BUTTON_ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}\Z")
LOCALE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}\Z")
IDENTITY_LIMIT = 8_192
# Ids that only the server mints; naming one is refused, not ignored, so that nobody relies on it.
MINTED_HERE = frozenset({"conversation_id", "conversation", "id", "sender", "sender_id"})


async def fields(request: web.Request, known: Collection[str]) -> dict[str, Any]:
    """Return the JSON object in the body, with no other fields than the known ones."""
    if request.content_type != "application/json":
        raise Refusal("unsupported_media_type", "Send application/json.")
    loaded = parse(await body(request))
    if not isinstance(loaded, dict):
        raise Refusal("bad_request", "The body must be a JSON object.")
    return known_fields(loaded, known)


def known_fields(loaded: dict[str, Any], known: Collection[str]) -> dict[str, Any]:
    """Return the object when it has no other fields than the known ones."""
    if loaded.keys() & MINTED_HERE:
        raise ClientIdChosen("Ids are minted by the server; leave them out.")
    if loaded.keys() - set(known):
        raise Refusal("bad_request", f"Known fields: {', '.join(sorted(known)) or 'none'}.")
    return loaded


async def body(request: web.Request, limit: int = BODY_LIMIT) -> bytes:
    """Return the body, refused as early as possible when it is too large."""
    if (request.content_length or 0) > limit:
        raise Refusal("body_too_large", f"A body may have {limit:,} bytes at most.")
    return await request.read()


def parse(raw: bytes) -> Any:
    """Parse JSON in UTF-8, without NaN and its like."""
    try:
        return json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
    # RecursionError: a body of opening brackets.
    except (ValueError, RecursionError) as exc:
        raise Refusal("bad_request", "The body is not JSON in UTF-8.") from exc


def _refuse_constant(_: str) -> None:
    raise ValueError


def text(loaded: dict[str, Any], name: str, *, limit: int, required: bool = True) -> str | None:
    """Return a text field; None when it is left out and may be."""
    value = loaded.get(name)
    if value is None and not required:
        return None
    if not isinstance(value, str) or len(value) > limit:
        raise Refusal("bad_request", f"{name} must be a text of at most {limit:,} characters.")
    return value


def required_text(loaded: dict[str, Any], name: str, *, limit: int) -> str:
    """Return a text field that must be there."""
    return text(loaded, name, limit=limit) or ""


def client_msg_id(loaded: dict[str, Any]) -> str:
    """Return the caller's id of its message."""
    value = loaded.get("client_msg_id")
    if not isinstance(value, str) or not CLIENT_MSG_ID.match(value):
        raise Refusal(
            "bad_request", "client_msg_id must be a UUID or 8 to 64 letters, digits, - and _."
        )
    return value


def button_id(loaded: dict[str, Any]) -> str | None:
    """Return the id of a pressed button, if the message is one."""
    value = loaded.get("payload")
    if value is None:
        return None
    if not isinstance(value, str) or not BUTTON_ID.match(value):
        raise Refusal("bad_request", "payload must be the id of a button.")
    return value


def attachment_ids(loaded: dict[str, Any]) -> tuple[str, ...]:
    """Return the attachments that a message names; none when it names none."""
    value = loaded.get("attachment_ids")
    if value is None:
        return ()
    is_list = isinstance(value, list) and 0 < len(value) <= MESSAGE_LIMIT
    if not is_list or not all(isinstance(e, str) and BUTTON_ID.match(e) for e in value):
        raise Refusal("bad_request", f"attachment_ids must be 1 to {MESSAGE_LIMIT} ids.")
    return tuple(value)


def timezone(loaded: dict[str, Any]) -> str:
    """Return a known IANA zone; UTC when none was named."""
    value = text(loaded, "timezone", limit=64, required=False) or "UTC"
    if value not in _zones():
        raise Refusal("bad_request", "timezone must be an IANA name, like Europe/Berlin.")
    return value


@cache
def _zones() -> frozenset[str]:
    # Reads a folder of files: once is enough.
    return frozenset(available_timezones())


def locale(loaded: dict[str, Any]) -> str:
    """Return a language tag; English when none was named."""
    value = text(loaded, "locale", limit=32, required=False) or "en"
    if not LOCALE.match(value):
        raise Refusal("bad_request", "locale must be a language tag, like en-GB.")
    return value


def number(request: web.Request, name: str, *, default: float, most: float) -> float:
    """Return a non-negative number of the query, at most `most`."""
    raw = request.query.get(name)
    try:
        value = default if raw is None else float(raw)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise Refusal("bad_request", f"{name} must be a number, 0 or more.")
    return min(value, most)
