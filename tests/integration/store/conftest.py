"""Every store test runs on SQLite and on a real, private PostgreSQL."""

import os
import shutil

import pytest
from sqlalchemy import text

from aftersale.store.database import make_engine
from aftersale.store.migrate import upgrade
from aftersale.store.tables import Base
from aftersale.store.unit_of_work import make_uow_factory
from tests.servers import POSTGRES_BIN, postgres
from tests.unit.fakes import FakeStore


@pytest.fixture(scope="session")
def postgres_url():
    if not POSTGRES_BIN.exists() and not os.environ.get("CI"):
        pytest.skip("PostgreSQL is not installed: run .ci/install-servers")
    with postgres() as url:
        engine = make_engine(url)
        upgrade(engine)
        engine.dispose()
        yield url


@pytest.fixture
def sqlite_url(empty_database, tmp_path):
    path = tmp_path / "store.db"
    shutil.copy(empty_database, path)
    return f"sqlite:///{path}"


@pytest.fixture
def fresh_postgres_url(postgres_url):
    yield postgres_url
    # Emptying the tables takes a tenth of the time of a database per test.
    tables = ", ".join(Base.metadata.tables)
    engine = make_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request):
    name = "sqlite_url" if request.param == "sqlite" else "fresh_postgres_url"
    made = make_engine(request.getfixturevalue(name))
    yield made
    made.dispose()


@pytest.fixture
def uow_factory(engine):
    return make_uow_factory(engine)


@pytest.fixture(params=["fake", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def every_store(request):
    """The databases, and the fake that unit tests use instead."""
    if request.param == "fake":
        yield FakeStore()
        return
    name = "sqlite_url" if request.param == "sqlite" else "fresh_postgres_url"
    made = make_engine(request.getfixturevalue(name))
    yield make_uow_factory(made)
    made.dispose()
