"""What came in from messengers, in the database: kept once, leased by chat, in its order."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import takewhile
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
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

# Building these takes longer than running them: made once, for the accounts that there are.
# The names of parameters must not be those of columns that a statement sets.


def _place(event: _Event) -> tuple[ColumnElement[Any], ...]:
    """Return what a chat's events are worked off by; a provider counts all of them or none."""
    return func.coalesce(event.order, 0), event.at.expression, event.row.expression


def _settled(accounts: Sequence[str]) -> ColumnElement[bool]:
    """Whether nothing that happened before may still be on its way."""
    waited = _waited(ChannelEventRow, accounts)
    earlier, between = aliased(ChannelEventRow), aliased(ChannelEventRow)
    # From the last one that needs to wait for nobody, every number is there.
    base = (
        select(func.max(earlier.order))
        .where(
            earlier.account == ChannelEventRow.account,
            earlier.order < ChannelEventRow.order,
            or_(earlier.due_at.is_(None), _waited(earlier, accounts)),
        )
        .correlate(ChannelEventRow)  # of itself, it would not look past the count around it
        .scalar_subquery()
    )
    there = (
        select(func.count(distinct(between.order)))
        .where(
            between.account == ChannelEventRow.account,
            between.order > base,
            between.order <= ChannelEventRow.order,
        )
        .correlate(ChannelEventRow)
        .scalar_subquery()
    )
    return or_(waited, there == ChannelEventRow.order - base)


def _waited(event: _Event, accounts: Sequence[str]) -> ColumnElement[bool]:
    times = (
        and_(event.account == account, event.received_at <= bindparam(f"since_{place}"))
        for place, account in enumerate(accounts)
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


@cache
def _due(accounts: tuple[str, ...]) -> Select[Any]:
    free = or_(
        ChannelThreadRow.leased_until.is_(None), ChannelThreadRow.leased_until <= bindparam("now")
    )
    return (
        select(ChannelThreadRow.thread_id)
        .join(ChannelEventRow, ChannelEventRow.thread_id == ChannelThreadRow.thread_id)
        .where(
            ChannelEventRow.due_at <= bindparam("now"),
            ChannelEventRow.account.in_(accounts),
            free,
            _first_of_thread(),
            _settled(accounts),
        )
        .order_by(ChannelEventRow.due_at, ChannelEventRow.row)
        .limit(bindparam("at_most"))
        # Rows that only name the thread may still be written.
        .with_for_update(skip_locked=True, key_share=True, of=ChannelThreadRow)
    )


@cache
def _waiting(account: str) -> Select[Any]:
    may = and_(ChannelEventRow.due_at <= bindparam("now"), _settled([account]))
    return (
        select(ChannelEventRow.__table__, may.label("may"))
        .where(
            ChannelEventRow.thread_id == bindparam("of_thread"),
            ChannelEventRow.due_at.is_not(None),
        )
        .order_by(*_place(ChannelEventRow))
        .limit(bindparam("at_most"))
    )


_ACCOUNT = select(ChannelThreadRow.account).where(
    ChannelThreadRow.thread_id == bindparam("of_thread")
)


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
        since = {f"since_{place}": time for place, time in enumerate(settled.values())}
        named = {"now": now, "at_most": limit} | since
        threads = self._connection.execute(_due(tuple(settled)), named).scalars().all()
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
        named = {"of_thread": thread_id, "now": now, "at_most": limit, "since_0": settled}
        account = self._connection.execute(_ACCOUNT, named).scalar_one_or_none()
        if account is None:
            return []
        rows = self._connection.execute(_waiting(account), named).all()
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
