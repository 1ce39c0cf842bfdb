"""The clocks of cases in the sweep: each case in a transaction of its own."""

import logging
from collections import Counter
from datetime import datetime

from aftersale.domain.cases import Case
from aftersale.services.case_life.clocks import CaseClocks, Due
from aftersale.services.wiring import Wiring

logger = logging.getLogger(__name__)


class SweepCases:
    """Acknowledgements, first lines and answers whose time has come."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._clocks = CaseClocks(wiring)

    def run(self, now: datetime, *, dry_run: bool) -> Counter[Due]:
        """Do (or, with `dry_run`, count) what is due of cases; a second run finds nothing."""
        found: Counter[Due] = Counter()
        for case in self._clocks.overdue(now):
            try:
                found.update(self._one(case, now, dry_run))
            except Exception:  # a process edge: it is tried again by the next run
                logger.exception("a case that is due could not be looked at")
        return found

    def unacknowledged(self, now: datetime) -> int:
        """Return how many cases nobody acknowledged in time, however often that was found out."""
        late = self._clocks.overdue(now)
        return sum(
            case.ack_at is None and case.ack_due_by is not None and case.ack_due_by <= now
            for case in late
        )

    def _one(self, case: Case, now: datetime, dry_run: bool) -> list[Due]:
        with self._wiring.uow() as uow:
            if dry_run:
                return list(self._clocks.due(uow, case, now))
            done = list(self._clocks.tick(uow, case, now))
            uow.commit()
        return done
