"""One engine and one app for all conversation tests; buyers, orders and time for each."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from aftersale.store.database import make_engine
from aftersale.store.unit_of_work import make_uow_factory
from tests.conversation.stack import world as start
from tests.conversation.world import World


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The running assistant."""
    folder: Path = tmp_path_factory.mktemp("world")
    with start(os.environ.get("PROOF_STACK"), folder) as (plan, clock):
        settings = plan.settings()
        engine = make_engine(settings.database_url)
        yield World(plan, settings, clock, engine, make_uow_factory(engine))
        engine.dispose()


@pytest.fixture
def world(running: World) -> Iterator[World]:
    """The running assistant, at the beginning of time; see world.py and buyer.py."""
    running.reset()
    yield running
    running.close()
