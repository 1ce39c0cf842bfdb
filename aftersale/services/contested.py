"""Runs a transaction again when another was faster, so that it sees what that one did."""

from collections.abc import Callable
from typing import TypeVar

from aftersale.domain.errors import IllegalMove
from aftersale.errors import RequestOpen, StaleOrder

T = TypeVar("T")
_TRIES = 3


def contested(transaction: Callable[[], T]) -> T:
    """Return what the transaction comes to; it begins, reads and commits by itself.

    Raises:
        StaleOrder, RequestOpen, IllegalMove: somebody else was faster every time.
    """
    for _ in range(_TRIES - 1):
        try:
            return transaction()
        except (StaleOrder, RequestOpen, IllegalMove):
            continue
    return transaction()
