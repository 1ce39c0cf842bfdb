"""Keeps an outside desk and our log together: one job carries what leaves, one what comes.

Both have threads of their own pace: a desk that answers slowly holds up neither money nor mail.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aftersale.domain.requests import OutboxKind, OutboxRow, OutboxState
from aftersale.errors import ProviderRefused, ProviderUnavailable
from aftersale.services.outside_desk.card import Cards
from aftersale.services.outside_desk.carrying import Carrying
from aftersale.services.outside_desk.falling_back import FallingBack
from aftersale.services.outside_desk.following import Following
from aftersale.services.outside_desk.noting import Noting
from aftersale.services.outside_desk.people import People
from aftersale.services.outside_desk.taking import Taking
from aftersale.services.ports import UowFactory
from aftersale.services.ports_desks import Desk, DeskBusy, DeskShut

_ONLY = frozenset({OutboxKind.DESK})
_FIRST_WAIT, _LONGEST_WAIT = 2.0, 300.0  # seconds; doubles with every attempt
_MAX_ATTEMPTS = 9  # some eight minutes
_LEASE = 300.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeskParts:
    """What the jobs run."""

    noting: Noting
    carrying: Carrying
    following: Following
    falling_back: FallingBack
    people: People


class DeskJobs:
    """Two jobs; each runs in one thread at a time."""

    def __init__(self, uow: UowFactory, parts: DeskParts, *, every: timedelta) -> None:
        self._uow, self._parts, self._every = uow, parts, every
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Begin nothing more: what runs ends soon."""
        self._stopping.set()

    def carry(self, now: datetime, *, jitter: Callable[[], float]) -> int:
        """Note what is new and bring the desk up to date; return how many rows were handled."""
        self._parts.noting.run(now)
        with self._uow() as uow:
            rows = uow.outbox.claim(now, lease=_LEASE, only=_ONLY)
            uow.commit()
        silent: ProviderUnavailable | None = None
        for row in rows:
            if self._stopping.is_set():
                return 0  # its lease ends, and it is carried then
            # Who has not answered one row does not answer the next: its wait is theirs as well.
            silent = self._handle(row, now, jitter, silent)
        self._parts.falling_back.not_opened(now)
        return len(rows)

    def follow(self, now: datetime) -> int:
        """Work off what came and look for what got lost; return how many events there were."""
        worked = self._parts.following.work_off(now)
        self._parts.people.note(now)
        if not self._stopping.is_set():
            self._parts.following.look(now, every=self._every)
        return worked

    def _handle(
        self,
        row: OutboxRow,
        now: datetime,
        jitter: Callable[[], float],
        silent: ProviderUnavailable | None,
    ) -> ProviderUnavailable | None:
        try:
            if silent is None:
                own, ends = row.payload["handoff_id"], row.payload["ends"]
                self._parts.carrying.bring_up(own, now, ends=ends)
                self._settle(row)
        except ProviderRefused as no:
            self._given_up(row, no.detail, now)
        except ProviderUnavailable as lost:
            silent = lost
            if isinstance(lost, DeskShut):  # nothing gets through until an operator looks
                logger.exception("the desk does not accept our key", extra=_ids(row))
        except Exception:  # a process edge: one row must not hold up the others
            logger.exception("a desk could not be brought up to date", extra=_ids(row))
            self._later(row, "It could not be written down.", now, jitter())
        if silent is not None:
            self._later(row, silent.detail, now, jitter(), least=_patience(silent))
        return silent

    def _settle(self, row: OutboxRow) -> None:
        with self._uow() as uow:
            uow.outbox.finish(row.outbox_id)
            uow.commit()

    def _later(
        self, row: OutboxRow, error: str, now: datetime, jitter: float, *, least: float = 0.0
    ) -> None:
        if row.attempts >= _MAX_ATTEMPTS:
            self._given_up(row, error, now)
            return
        wait = min(_FIRST_WAIT * 2 ** (row.attempts - 1), _LONGEST_WAIT) * (1 + jitter)
        until = now + timedelta(seconds=max(wait, least))
        with self._uow() as uow:
            uow.outbox.retry(row.outbox_id, not_before=until, error=error, dead=False)
            uow.commit()

    def _given_up(self, row: OutboxRow, error: str, now: datetime) -> None:
        logger.error("gave up a desk", extra=_ids(row))
        with self._uow() as uow:
            stored = uow.outbox.by_key(row.idempotency_key)
            if stored is not None and stored.state is OutboxState.PENDING:
                uow.outbox.retry(row.outbox_id, not_before=now, error=error, dead=True)
                uow.commit()
        self._parts.falling_back.lost(row.payload["handoff_id"], now)


@dataclass(frozen=True, slots=True)
class OutsideDesk:
    """Everything that the interface needs of a desk that somebody else runs."""

    desk: Desk
    taking: Taking
    jobs: DeskJobs
    cards: Cards


def _patience(silent: ProviderUnavailable) -> float:
    return silent.seconds if isinstance(silent, DeskBusy) else 0.0


def _ids(row: OutboxRow) -> dict[str, str]:
    return {"outbox_id": row.outbox_id, "kind": row.kind.value}
