"""A stage on a fresh SQLite database; a handful of tests also on PostgreSQL."""

import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from aftersale.store.database import make_engine
from aftersale.store.unit_of_work import make_uow_factory
from tests.integration.handoff.stage import Stage


@pytest.fixture
def stage(empty_database, tmp_path):
    path = tmp_path / "stage.db"
    shutil.copy(empty_database, path)
    engine = make_engine(f"sqlite:///{path}")
    yield Stage(make_uow_factory(engine))
    engine.dispose()


@pytest.fixture
def pool():
    with ThreadPoolExecutor(8) as threads:
        yield threads
