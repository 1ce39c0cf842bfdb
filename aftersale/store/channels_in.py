"""What came in from messengers, in the database: kept once, leased by chat, in its order."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    distinct,
    exists,
    false,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import aliased

from aftersale.services.ports_channel_store import ChannelEvent
from aftersale.store.insert_once import insert_once
from aftersale.store.rows import thing, values
from aftersale.store.tables_channels import ChannelEventRow, ChannelThreadRow

_Event = type[ChannelEventRow]


def _place(event: _Event) -> tuple[ColumnElement[Any], ...]:
    """Return what a chat's events are worked off by; a provider counts all of them or none."""
    return func.coalesce(event.order, 0), event.at.expression, event.row.expression


def _settled(settled: Mapping[str, datetime]) -> ColumnElement[bool]:
    """Whether nothing that happened before may still be on its way."""
    waited = _waited(ChannelEventRow, settled)
    earlier, between = aliased(ChannelEventRow), aliased(ChannelEventRow)
    # From the last one that needs to wait for nobody, every number is there.
    base = (
        select(func.max(earlier.order))
        .where(
            earlier.account == ChannelEventRow.account,
            earlier.order < ChannelEventRow.order,
            or_(earlier.due_at.is_(None), _waited(earlier, settled)),
        )
        .scalar_subquery()
    )
    there = (
        select(func.count(distinct(between.order)))
        .where(
            between.account == ChannelEventRow.account,
            between.order > base,
            between.order <= ChannelEventRow.order,
        )
        .scalar_subquery()
    )
    return or_(waited, there == ChannelEventRow.order - base)


def _waited(event: _Event, settled: Mapping[str, datetime]) -> ColumnElement[bool]:
    times = (
        and_(event.account == account, event.received_at <= since)
        for account, since in settled.items()
    )
    return or_(false(), *times)


def _first_of_thread() -> ColumnElement[bool]:
    other = aliased(ChannelEventRow)
    earlier = exists().where(
        other.thread_id == ChannelEventRow.thread_id,
        other.due_at.is_not(None),
        tuple_(*_place(other)) < tuple_(*_place(ChannelEventRow)),
    )
    return ~earlier


class SqlChannelsIn:
    """The way in of the `Channels` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, event: ChannelEvent) -> bool:
        """Keep an event; False when the account has one of that id."""
        row = values(event) | {"due_at": event.received_at}
        del row["row"]
        key = ("account", "event_id")
        return insert_once(self._connection, ChannelEventRow, row, key=key)

    def claim_threads(
        self, now: datetime, *, lease: float, limit: int, settled: Mapping[str, datetime]
    ) -> Sequence[str]:
        """Lease threads whose first event may be worked off."""
        free = or_(ChannelThreadRow.leased_until.is_(None), ChannelThreadRow.leased_until <= now)
        due = (
            select(ChannelThreadRow.thread_id)
            .join(ChannelEventRow, ChannelEventRow.thread_id == ChannelThreadRow.thread_id)
            .where(
                ChannelEventRow.due_at <= now,
                ChannelEventRow.account.in_(settled),
                free,
                _first_of_thread(),
                _settled(settled),
            )
            .order_by(ChannelEventRow.due_at, ChannelEventRow.row)
            .limit(limit)
            # Rows that only name the thread may still be written.
            .with_for_update(skip_locked=True, key_share=True, of=ChannelThreadRow)
        )
        threads = self._connection.execute(due).scalars().all()
        self._lease(threads, now + timedelta(seconds=lease))
        return threads

    def release_thread(self, thread_id: str) -> None:
        """Let others work on it."""
        self._lease([thread_id], None)

    def _lease(self, threads: Sequence[str], until: datetime | None) -> None:
        if threads:
            self._connection.execute(
                update(ChannelThreadRow)
                .where(ChannelThreadRow.thread_id.in_(threads))
                .values(leased_until=until)
            )

    def waiting(
        self, thread_id: str, now: datetime, *, limit: int, settled: datetime
    ) -> Sequence[ChannelEvent]:
        """Return its events in order, up to the first that must wait."""
        account = select(ChannelThreadRow.account).where(ChannelThreadRow.thread_id == thread_id)
        since = dict.fromkeys(self._connection.execute(account).scalars(), settled)
        may = and_(ChannelEventRow.due_at <= now, _settled(since))
        rows = self._connection.execute(
            select(ChannelEventRow.__table__, may.label("may"))
            .where(ChannelEventRow.thread_id == thread_id, ChannelEventRow.due_at.is_not(None))
            .order_by(*_place(ChannelEventRow))
            .limit(limit)
        ).all()
        return [thing(ChannelEvent, row) for row in takewhile(lambda row: row.may, rows)]

    def worked(self, rows: Collection[int]) -> int:
        """Forget what they said; return how many had waited."""
        waited = ChannelEventRow.due_at.is_not(None)
        return self._connection.execute(
            update(ChannelEventRow)
            .where(ChannelEventRow.row.in_(rows), waited)
            .values(due_at=None, body={})
        ).rowcount

    def put_off(self, rows: Collection[int], *, until: datetime, is_failure: bool = True) -> None:
        """Let them wait, and count the failure."""
        waited = ChannelEventRow.due_at.is_not(None)
        self._connection.execute(
            update(ChannelEventRow)
            .where(ChannelEventRow.row.in_(rows), waited)
            .values(due_at=until, failures=ChannelEventRow.failures + int(is_failure))
        )
