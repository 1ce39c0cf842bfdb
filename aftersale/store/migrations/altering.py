"""Changes to tables that hold data, the same on SQLite and PostgreSQL."""

import re
from collections.abc import Sequence

from alembic import op
from sqlalchemy import text


def allow_values(table: str, column: str, values: Sequence[str]) -> None:
    """Let a checked text column hold these values from now on: all of them, old and new."""
    name, check = f"ck_{table}_{column}", _check(column, values)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({check})")
        return
    _rewrite(table, rf"(CONSTRAINT {name} CHECK \(){column} IN \([^)]*\)", rf"\g<1>{check}")


def add_checked(
    table: str, column: str, values: Sequence[str], *, default: str | None = None
) -> None:
    """Add a text column that holds one of the values; without a default it may be null."""
    filled = "" if default is None else f" DEFAULT '{default}' NOT NULL"
    constraint = f"CONSTRAINT ck_{table}_{column} CHECK ({_check(column, values)})"
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR(32){filled} {constraint}")


def _check(column: str, values: Sequence[str]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _rewrite(table: str, pattern: str, replacement: str) -> None:
    """Change a constraint in SQLite's stored schema; its rows and their layout stay as they are.

    SQLite's own page on ALTER TABLE names this way for constraints, which it cannot alter.
    """
    connection = op.get_bind()
    known = {"name": table}
    stored = connection.execute(
        text("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = :name"), known
    ).scalar_one()
    changed, times = re.subn(pattern, replacement, stored)
    if times != 1:
        raise ValueError(f"the table {table} has {times} such constraints, not one")
    version = connection.execute(text("PRAGMA schema_version")).scalar_one()
    connection.execute(text("PRAGMA writable_schema = ON"))
    connection.execute(
        text("UPDATE sqlite_schema SET sql = :sql WHERE type = 'table' AND name = :name"),
        {"sql": changed, **known},
    )
    connection.execute(text(f"PRAGMA schema_version = {version + 1}"))
    connection.execute(text("PRAGMA writable_schema = OFF"))
