import re

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from aftersale.store.database import make_engine
from aftersale.store.migrate import current_revision, newest_revision, upgrade
from aftersale.store.tables import Base


def _is_ours(name, kind, _parents):
    # The full-text table and what SQLite keeps for it are no model: raw SQL reads them.
    return kind != "table" or not name.startswith("articles_fts")


def test_the_migrations_make_exactly_the_tables_of_the_models(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _is_ours})
        assert compare_metadata(context, Base.metadata) == []


def _values(sql):
    return set(re.findall(r"'([a-z_.]+)'", str(sql)))


def test_the_migrations_allow_every_value_that_the_enums_have(engine):
    stored = inspect(engine)
    for table in Base.metadata.sorted_tables:
        there = {one["name"]: one["sqltext"] for one in stored.get_check_constraints(table.name)}
        for column in table.columns:
            if enums := getattr(column.type, "enums", None):
                assert _values(there[f"ck_{table.name}_{column.name}"]) == set(enums)


def test_upgrading_twice_changes_nothing(engine):
    assert current_revision(engine) == newest_revision()
    assert upgrade(engine) == newest_revision()


def test_an_empty_database_has_no_revision(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    assert current_revision(engine) is None
    engine.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("foreign_keys", 1), ("synchronous", 1), ("busy_timeout", 15000)],
)
def test_sqlite_is_set_up_for_many_short_writers(sqlite_url, pragma, value):
    engine = make_engine(sqlite_url)
    with engine.connect() as connection:
        assert connection.execute(text(f"PRAGMA {pragma}")).scalar_one() == value
    engine.dispose()


def test_a_sqlite_transaction_holds_the_write_lock_from_its_beginning(sqlite_url):
    engine = make_engine(sqlite_url)
    with engine.connect() as first:
        first.execute(text("SELECT 1"))
        with engine.connect() as second:
            raw = second.connection.driver_connection
            raw.execute("PRAGMA busy_timeout = 0")
            with pytest.raises(Exception, match="locked"):
                second.execute(text("SELECT 1"))
            raw.execute("PRAGMA busy_timeout = 15000")
    engine.dispose()
