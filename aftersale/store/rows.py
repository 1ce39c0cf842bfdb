"""Turns rows into the domain's frozen dataclasses and back, by the names they share."""

from collections.abc import Hashable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, cast

from sqlalchemy import Row

Thing = TypeVar("Thing")


@cache
def _field_names(kind: Hashable) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cast(Any, kind)))


def thing(kind: type[Thing], row: Row[Any]) -> Thing:
    """Return the dataclass `kind` filled from the columns named like its fields."""
    columns = row._mapping
    return kind(**{name: columns[name] for name in _field_names(cast(Hashable, kind))})


def values(item: Any) -> dict[str, Any]:
    """Return the fields of a dataclass as column values; nested dataclasses stay as they are."""
    names = _field_names(cast(Hashable, type(item)))
    return dict(zip(names, attrgetter(*names)(item), strict=True))
