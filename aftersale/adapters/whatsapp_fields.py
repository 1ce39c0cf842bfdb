"""Reads single values of what WhatsApp says: every type is checked, nothing raises. Pure."""

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aftersale.domain.channels import Media

Thing = Mapping[str, Any]
NOTHING: Thing = {}
ID_LIMIT, NAME_LIMIT, TEXT_LIMIT = 256, 80, 10_000
_ID = re.compile(rf"[!-~]{{1,{ID_LIMIT}}}")
_NUMBER = re.compile(r"[0-9]{1,12}")
_HEX = re.compile(r"[0-9a-fA-F]{64}")


def thing(value: object) -> Thing:
    """Return an object; an empty one where something else stands."""
    return value if isinstance(value, Mapping) else NOTHING


def text(value: object) -> str:
    """Return a text that can be stored; an empty one where something else stands."""
    if not isinstance(value, str):
        return ""
    return value[:TEXT_LIMIT].replace("\0", "").encode("utf-8", "replace").decode()


def name(value: object) -> str:
    """Return how somebody or something is called, in one line."""
    return " ".join(text(value).split())[:NAME_LIMIT]


def ident(value: object) -> str | None:
    """Return an id of the provider; None where something else stands."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def code(value: object) -> str | None:
    """Return the code of the first error in a list."""
    first = thing(value[0]) if isinstance(value, list) and value else NOTHING
    number = first.get("code")
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    return str(number) if 0 <= number < 10**9 else None


def instant(value: object, now: datetime) -> datetime:
    """Return when it happened: never later than now, and now where that is not said."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12:
        value = str(value)
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        return now
    try:
        return min(datetime.fromtimestamp(int(value), UTC), now)
    except (ValueError, OverflowError, OSError):
        return now


def sha256(value: object) -> str | None:
    """Return a hash in hex: webhooks write it in base64, answers in hex."""
    said = value if isinstance(value, str) else ""
    if _HEX.fullmatch(said):
        return said.lower()
    try:
        raw = base64.b64decode(said, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw.hex() if len(raw) == 32 else None


def media_type(value: object) -> str:
    """Return a type without its parameters."""
    return text(value).partition(";")[0].strip().lower()[:NAME_LIMIT]


def media(content: Thing) -> Media | None:
    """Return the file that is named; None when it has no id."""
    media_id = ident(content.get("id"))
    if media_id is None:
        return None
    return Media(
        media_id,
        media_type=media_type(content.get("mime_type")),
        name=name(content.get("filename")),
        sha256=sha256(content.get("sha256")),
    )
