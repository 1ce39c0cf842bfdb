"""Promises in the sweep: kept ones are marked, broken ones told once; settled cases are rated."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from aftersale.domain.requests import Promise
from aftersale.services.case_rating import ask_for_rating
from aftersale.services.cases import ACKNOWLEDGED
from aftersale.services.keeping import is_kept
from aftersale.services.ports import UnitOfWork
from aftersale.services.wiring import Wiring

logger = logging.getLogger(__name__)
T = TypeVar("T")
ASKED_WITHIN = timedelta(days=7)  # a case that was settled longer ago is not asked about any more


class SweepPromises:
    """What is promised, and whether it came about."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def missed(self, now: datetime, *, dry_run: bool) -> int:
        """Mark what has come about meanwhile; log every other overdue promise once.

        Of acknowledgements that are missed the clocks of cases tell.
        """
        with self._wiring.uow() as uow:
            untold = uow.ledger.overdue(now, untold=True)
        due = [promise for promise in untold if promise.code != ACKNOWLEDGED]
        return len(due) if dry_run else self._each(due, now, _settle)

    def still_missed(self, now: datetime) -> int:
        """Return how many promises are overdue at this moment, told or not."""
        with self._wiring.uow() as uow:
            return len(uow.ledger.overdue(now, limit=1000))

    def ratings(self, now: datetime, *, dry_run: bool) -> int:
        """Ask once for a rating of each case that was settled (R3.29)."""
        with self._wiring.uow() as uow:
            numbers = uow.feedback.unrated_cases(now - ASKED_WITHIN)

        def ask(uow: UnitOfWork, number: str, now: datetime) -> bool:
            return ask_for_rating(self._wiring, uow, number, now=now)

        return len(numbers) if dry_run else self._each(numbers, now, ask)

    def _each(
        self, due: Sequence[T], now: datetime, work: Callable[[UnitOfWork, T, datetime], bool]
    ) -> int:
        done = 0
        for one in due:
            try:
                with self._wiring.uow() as uow:
                    done += work(uow, one, now)
                    uow.commit()
            except Exception:  # a process edge: it is tried again by the next run
                logger.exception("a promise or a rating could not be looked at")
        return done


def _settle(uow: UnitOfWork, promise: Promise, now: datetime) -> bool:
    """Mark the promise kept or, once, broken; True when it is broken."""
    if is_kept(uow, promise):
        uow.ledger.keep(promise.promise_id, at=promise.due_at or now)
        return False
    if not uow.ledger.breach(promise.promise_id, at=now):
        return False
    logger.warning(
        "a promise is overdue",
        extra={"promise_id": promise.promise_id, "code": promise.code},
    )
    return True
