"""Inserts a row unless its key is there already, on SQLite and on PostgreSQL."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from aftersale.store.tables import Base


def insert_once(
    connection: Connection,
    table: type[Base],
    row: Mapping[str, Any],
    *,
    key: Sequence[str] = ("idempotency_key",),
) -> bool:
    """Insert the row; False when a row with the same `key` was there."""
    # SQLAlchemy has ON CONFLICT only in the dialects' own insert, which share this method's form.
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = make(table).values(**row)
    # RETURNING, because drivers do not count inserted rows alike.
    written = connection.execute(
        statement.on_conflict_do_nothing(index_elements=key).returning(statement.table.c[key[0]])
    ).all()
    return bool(written)
