"""The engine's own table of events, and the statements on it. Knows SQL, not dialogue."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

_METADATA = sa.MetaData()
EVENTS = sa.Table(
    "events",
    _METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("sender_id", sa.String(80), nullable=False),
    sa.Column("type_name", sa.String(80), nullable=False),
    sa.Column("timestamp", sa.Float),
    sa.Column("data", sa.Text, nullable=False),
    sa.Index("events_by_sender", "sender_id", "id"),
)
_SESSION = "session_started"

# Made once: every turn looks several times, and to build a statement costs more than to run it.
_ADD = sa.insert(EVENTS)
_MARK = sa.select(sa.func.count(EVENTS.c.id), sa.func.max(EVENTS.c.id)).where(
    EVENTS.c.sender_id == sa.bindparam("sender")
)


class StoreUnavailable(Exception):
    """The event log cannot be read or written. The turn must fail, never start afresh."""


@dataclass(frozen=True)
class Mark:
    """How far the log of one conversation goes."""

    count: int
    last_id: int


class EventLog:
    """Events of conversations in a SQL database; only ever appended to, or erased."""

    def __init__(self, url: str) -> None:
        self._engine = make_engine(url)

    def create(self) -> None:
        """Make the table where it is missing."""
        with self._guarded() as connection:
            _METADATA.create_all(connection)

    def mark(self, sender_id: str) -> Mark:
        """How far the log of this conversation goes now."""
        with self._guarded() as connection:
            return _mark(connection, sender_id)

    def read(self, sender_id: str, whole: bool = False) -> tuple[list[dict[str, Any]], Mark]:
        """Events of the latest session, or of the `whole` conversation, and the mark."""
        query = sa.select(EVENTS.c.data).where(EVENTS.c.sender_id == sender_id)
        if not whole:
            # By id, not by time as Rasa does: a clock that was set back would hide events.
            start = sa.select(sa.func.max(EVENTS.c.id)).where(
                EVENTS.c.sender_id == sender_id, EVENTS.c.type_name == _SESSION
            )
            query = query.where(EVENTS.c.id >= sa.func.coalesce(start.scalar_subquery(), 0))
        with self._guarded() as connection:
            rows = connection.execute(query.order_by(EVENTS.c.id)).scalars().all()
            return [json.loads(row) for row in rows], _mark(connection, sender_id)

    def append(self, sender_id: str, events: Sequence[dict[str, Any]], expected: Mark) -> Mark:
        """Add `events`, provided that nobody else wrote since `expected`."""
        rows = [_row(sender_id, event) for event in events]
        with self._guarded() as connection:
            if _mark(connection, sender_id) != expected:
                raise StoreUnavailable("Another process wrote to this conversation.")
            if rows:
                connection.execute(_ADD, rows)
            return _mark(connection, sender_id)

    def erase(self, conversation_id: str) -> int:
        """Remove a conversation with all its epochs; return how many events went."""
        own = EVENTS.c.sender_id == conversation_id
        epochs = EVENTS.c.sender_id.startswith(f"{conversation_id}.", autoescape=True)
        with self._guarded() as connection:
            return int(connection.execute(sa.delete(EVENTS).where(own | epochs)).rowcount)

    def senders(self) -> list[str]:
        """Every conversation with events."""
        with self._guarded() as connection:
            return list(connection.execute(sa.select(EVENTS.c.sender_id).distinct()).scalars())

    @contextmanager
    def _guarded(self) -> Iterator[Connection]:
        """One transaction; ValueError is what drivers raise for text they cannot store."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except (sa.exc.SQLAlchemyError, ValueError, OSError) as exc:
            raise StoreUnavailable(type(exc).__name__) from exc


def _mark(connection: Connection, sender_id: str) -> Mark:
    count, last_id = connection.execute(_MARK, {"sender": sender_id}).one()
    return Mark(count, last_id or 0)


def _row(sender_id: str, event: dict[str, Any]) -> dict[str, Any]:
    return {
        "sender_id": sender_id,
        "type_name": event["event"],
        "timestamp": event.get("timestamp"),
        "data": json.dumps(event),
    }


def make_engine(url: str) -> Engine:
    """An SQLAlchemy engine for `url`: a database URL, or the path of a SQLite file."""
    if "://" in url:
        # The log is used by one thread: more connections would only be idle.
        return sa.create_engine(url, future=True, pool_size=2, pool_pre_ping=True)
    Path(url).parent.mkdir(parents=True, exist_ok=True)
    # One kept connection: to close the last one makes SQLite write its whole log back each time.
    engine = sa.create_engine(
        f"sqlite:///{url}",
        future=True,
        poolclass=sa.pool.StaticPool,
        connect_args={"check_same_thread": False},
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    # A power cut may lose the last turn, never the file; the app's own log is the truth.
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA busy_timeout=2000")
