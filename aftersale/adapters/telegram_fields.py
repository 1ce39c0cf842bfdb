"""Reads single values of what Telegram says: every type is checked, nothing raises. Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Thing = Mapping[str, Any]
NOTHING: Thing = {}
NAME_LIMIT, TEXT_LIMIT = 80, 10_000
_LARGEST = 2**52  # Telegram: ids have at most 52 significant bits
_WORD = re.compile(r"[!-~]{1,256}")


def thing(value: object) -> Thing:
    """Return an object; an empty one where something else stands."""
    return value if isinstance(value, Mapping) else NOTHING


def things(value: object) -> list[Thing]:
    """Return the objects of a list."""
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def text(value: object) -> str:
    """Return a text that can be stored; an empty one where something else stands."""
    if not isinstance(value, str):
        return ""
    return value[:TEXT_LIMIT].replace("\0", "").encode("utf-8", "replace").decode()


def name(value: object) -> str:
    """Return how somebody or something is called, in one line."""
    return " ".join(text(value).split())[:NAME_LIMIT]


def number(value: object) -> int | None:
    """Return an id or a size, which may be negative; None where something else stands."""
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if -_LARGEST < value < _LARGEST else None


def count(value: object) -> int | None:
    """Return a number that is not negative."""
    found = number(value)
    return found if found is not None and found >= 0 else None


def word(value: object) -> str | None:
    """Return an id that is a word: of a file, a press, an album."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else None


def instant(value: object, now: datetime) -> datetime:
    """Return when it happened: never later than now, and now where that is not said."""
    seconds = count(value)
    if not seconds:  # 0: Telegram no longer knows
        return now
    try:
        return min(datetime.fromtimestamp(seconds, UTC), now)
    except (ValueError, OverflowError, OSError):
        return now
