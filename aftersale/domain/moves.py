"""One way to move any state: a table of legal moves and a function that refuses the rest."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from aftersale.domain.errors import IllegalMove

S = TypeVar("S", bound=StrEnum)


def move(table: Mapping[S, frozenset[S]], thing: str, old: S, new: S) -> S:
    """Return `new` when the table allows it from `old`; staying where one is changes nothing.

    Raises:
        IllegalMove: the table does not allow it.
    """
    if new is old:
        return old
    if new not in table.get(old, frozenset()):
        raise IllegalMove(thing, old.value, new.value)
    return new
