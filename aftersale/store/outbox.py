"""Outside effects that wait in the database until the relay takes them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, or_, select, update

from aftersale.domain.requests import OutboxKind, OutboxRow, OutboxState
from aftersale.store.insert_once import insert_once
from aftersale.store.rows import thing, values
from aftersale.store.tables import OutboxEntryRow


class SqlOutbox:
    """The `Outbox` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, row: OutboxRow) -> None:
        """Write an effect; a second one with the same idempotency key is ignored."""
        insert_once(self._connection, OutboxEntryRow, values(row))

    def claim(
        self,
        now: datetime,
        *,
        lease: float,
        limit: int = 10,
        only: Collection[OutboxKind] | None = None,
    ) -> Sequence[OutboxRow]:
        """Lease pending rows that are due and not leased, the longest waiting first."""
        kinds = list(OutboxKind) if only is None else only
        due = (
            select(OutboxEntryRow.outbox_id)
            .where(
                OutboxEntryRow.state == OutboxState.PENDING,
                OutboxEntryRow.kind.in_(kinds),
                OutboxEntryRow.not_before <= now,
                or_(OutboxEntryRow.lease_until.is_(None), OutboxEntryRow.lease_until <= now),
            )
            .order_by(OutboxEntryRow.not_before, OutboxEntryRow.outbox_id)
            .limit(limit)
            .with_for_update(skip_locked=True)  # SQLAlchemy leaves this out on SQLite
        )
        ids = self._connection.execute(due).scalars().all()
        rows = self._connection.execute(
            update(OutboxEntryRow)
            .where(OutboxEntryRow.outbox_id.in_(ids))
            .values(
                lease_until=now + timedelta(seconds=lease), attempts=OutboxEntryRow.attempts + 1
            )
            .returning(*OutboxEntryRow.__table__.columns)
        ).all()
        claimed = [thing(OutboxRow, row) for row in rows]
        return sorted(claimed, key=lambda row: (row.not_before, row.outbox_id))

    def withdraw(self, idempotency_key: str, now: datetime) -> bool:
        """Undo: True when the row was pending and never claimed, and is now withdrawn."""
        done = self._connection.execute(
            update(OutboxEntryRow)
            .where(
                OutboxEntryRow.idempotency_key == idempotency_key,
                OutboxEntryRow.state == OutboxState.PENDING,
                OutboxEntryRow.attempts == 0,
            )
            .values(state=OutboxState.WITHDRAWN, ended_at=now)
        )
        return done.rowcount == 1

    def finish(self, outbox_id: str) -> None:
        """Mark the effect as done."""
        self._connection.execute(
            update(OutboxEntryRow)
            .where(OutboxEntryRow.outbox_id == outbox_id)
            .values(state=OutboxState.DONE, lease_until=None)
        )

    def rewrite(self, outbox_id: str, payload: Mapping[str, Any]) -> None:
        """Keep only this of the row from now on."""
        self._connection.execute(
            update(OutboxEntryRow)
            .where(OutboxEntryRow.outbox_id == outbox_id)
            .values(payload=dict(payload))
        )

    def retry(self, outbox_id: str, *, not_before: datetime, error: str, dead: bool) -> None:
        """Free the lease and wait until then, or give up; `attempts` stays as claimed."""
        self._connection.execute(
            update(OutboxEntryRow)
            .where(OutboxEntryRow.outbox_id == outbox_id)
            .values(
                state=OutboxState.DEAD if dead else OutboxState.PENDING,
                lease_until=None,
                not_before=not_before,
                last_error=error,
            )
        )

    def by_key(self, idempotency_key: str) -> OutboxRow | None:
        """Return the effect with this key, whatever became of it."""
        row = self._connection.execute(
            select(OutboxEntryRow).where(OutboxEntryRow.idempotency_key == idempotency_key)
        ).one_or_none()
        return None if row is None else thing(OutboxRow, row)

    def get(self, outbox_id: str) -> OutboxRow | None:
        """Return the effect of that id."""
        row = self._connection.execute(
            select(OutboxEntryRow).where(OutboxEntryRow.outbox_id == outbox_id)
        ).one_or_none()
        return None if row is None else thing(OutboxRow, row)

    def list(self, state: OutboxState | None, *, limit: int) -> Sequence[OutboxRow]:
        """Return effects in that state, or in any, the newest first."""
        query = select(OutboxEntryRow).order_by(
            OutboxEntryRow.created_at.desc(), OutboxEntryRow.outbox_id
        )
        if state is not None:
            query = query.where(OutboxEntryRow.state == state)
        return [thing(OutboxRow, row) for row in self._connection.execute(query.limit(limit))]

    def requeue(self, outbox_id: str, *, now: datetime) -> bool:
        """Let a dead effect be claimed again; False when it is not dead.

        One attempt stays counted: what may have left before must never be undone.
        """
        return self._from_dead(
            outbox_id, state=OutboxState.PENDING, not_before=now, attempts=1, lease_until=None
        )

    def discard(self, outbox_id: str, *, now: datetime) -> bool:
        """Withdraw a dead effect; False when it is not dead."""
        return self._from_dead(outbox_id, state=OutboxState.WITHDRAWN, ended_at=now)

    def _from_dead(self, outbox_id: str, **changes: Any) -> bool:
        done = self._connection.execute(
            update(OutboxEntryRow)
            .where(OutboxEntryRow.outbox_id == outbox_id, OutboxEntryRow.state == OutboxState.DEAD)
            .values(**changes)
        )
        return done.rowcount == 1
