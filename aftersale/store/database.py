"""Opens the database: SQLite set up for many short writers, or PostgreSQL."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

BUSY_SECONDS = 15.0  # how long a writer waits for another before it gives up
# Options of a connection that only reads, in one snapshot, by the name of the dialect.
READS: Mapping[str, Mapping[str, Any]] = {
    "sqlite": {"only_reads": True},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


def default_url(data_dir: Path) -> str:
    """Return the URL of the SQLite file in the data folder."""
    return f"sqlite:///{data_dir / 'aftersale.db'}"


def make_engine(url: str) -> Engine:
    """Return an engine for SQLite or PostgreSQL with our transaction rules.

    >>> engine = make_engine("sqlite:///var/aftersale.db")

    Args:
        url: `sqlite:///path` or `postgresql://user@host/name` (psycopg 3 is used for it).
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(str(parsed))
    return create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        json_serializer=json_text,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=10,
    )


def json_text(value: Any) -> str:
    """Return JSON text; timestamps become ISO text and decimals text."""
    return _ENCODER.encode(value)


def _json_default(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be stored as JSON")


_ENCODER = json.JSONEncoder(
    default=_json_default, separators=(",", ":")
)  # made once: an import needs it often


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url, json_serializer=json_text, pool_size=10, connect_args={"timeout": BUSY_SECONDS}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself: ours begin with BEGIN IMMEDIATE.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {int(BUSY_SECONDS * 1000)}",  # first: switching to WAL may have to wait
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # Taking the write lock at once means that no transaction can fail half-way to get it.
    only_reads = connection.get_execution_options().get("only_reads", False)
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")
