"""From plain YAML or JSON to the dataclasses of the policy, with every mistake by its path."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from aftersale.policy.mistakes import Mistake

T = TypeVar("T")

_LIMIT = re.compile(r"(hard|soft|target) (\d+)([smhd])( business)?")
_OFFSET = re.compile(r"(?:[+-]\d+[smhd])+")
_UNIT = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LIMIT_HELP = 'write a limit as "hard 24h", "soft 7d" or "target 48h business"'


class ShapeInvalid(ValueError):
    """The data does not have the shape; `mistakes` lists all of them by path."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__(f"{len(mistakes)} mistakes")
        self.mistakes = mistakes


def shaped(kind: type[T], data: object) -> T:
    """Return `data` as `kind`.

    Raises:
        ShapeInvalid: with every unknown name and every wrong value.
    """
    found = list(_unknown(kind, data))
    try:
        # mypy takes a class of unknown type for unhashable
        value: T = _adapter(kind).validate_python(_with_limits(data))  # type: ignore[arg-type]
    except ValidationError as wrong:
        raise ShapeInvalid(found + _told(wrong)) from wrong
    if found:
        raise ShapeInvalid(found)
    return value


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def moments(data: Any, now: datetime) -> Any:
    """Replace offsets such as "-24h+1s" anywhere in `data` by the time they mean at `now`."""
    if isinstance(data, Mapping):
        return {key: moments(value, now) for key, value in data.items()}
    if isinstance(data, list):
        return [moments(item, now) for item in data]
    if isinstance(data, str) and _OFFSET.fullmatch(data):
        parts = re.findall(r"([+-]\d+)([smhd])", data)
        return now + sum((timedelta(**{_UNIT[u]: int(n)}) for n, u in parts), timedelta())
    return data


def suggestion(name: str, known: list[str]) -> str:
    """Return the sentence about a name that does not exist."""
    close = get_close_matches(name, known, n=1)
    if close:
        return f"is not known; did you mean {close[0]}?"
    return f"is not known; known here: {', '.join(sorted(known))}"


def _with_limits(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {key: _with_limits(value) for key, value in data.items()}
    limit = _LIMIT.fullmatch(data) if isinstance(data, str) else None
    if limit is None:
        return data
    kind, number, unit, business = limit.groups()
    span = timedelta(**{_UNIT[unit]: int(number)})
    return {"kind": kind, "span": span, "calendar": "business" if business else "elapsed"}


def _unknown(kind: Any, data: object, path: str = "") -> Iterator[Mistake]:
    kind = _dataclass_in(kind)
    if kind is None or not isinstance(data, Mapping):
        return
    hints = _hints(kind)
    known = [field.name for field in fields(kind)]
    for name, value in data.items():
        if name not in known:
            yield f"{path}{name}", suggestion(str(name), known)
        else:
            yield from _unknown(hints[name], value, f"{path}{name}.")


def _dataclass_in(kind: Any) -> Any:
    options = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    return next((option for option in options if is_dataclass(option)), None)


def _told(wrong: ValidationError) -> list[Mistake]:
    return [(_path(e["loc"]), _message(e["type"], e["msg"])) for e in wrong.errors()]


def _path(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc if part != "[key]")


def _message(kind: str, text: str) -> str:
    if kind == "missing":
        return "is missing"
    return _LIMIT_HELP if "instance of Limit" in text else text[:1].lower() + text[1:]
