import shutil

import pytest
from aiohttp.test_utils import TestServer

from tests.contract.telegram_buyers import Buyer
from tests.contract.telegram_server import fake_telegram
from tests.contract.telegram_state import Person
from tests.integration.channels.telegram.app import ANN, Clock, Starter, settings_of
from tests.integration.gateway.world import FakeEngine


@pytest.fixture
def server():
    with fake_telegram() as fake:
        yield fake


@pytest.fixture
def mode():
    return "webhook"


@pytest.fixture
async def starter(tmp_path, empty_database, policies, server, mode, monkeypatch):
    monkeypatch.setattr("aftersale.adapters.telegram_pull.WAIT", 1)
    shutil.copy(empty_database, tmp_path / "aftersale.db")
    engine, clock = FakeEngine(), Clock()
    server.state.clock = lambda: clock().timestamp()
    beside = TestServer(engine.app(settings_of(tmp_path).engine_secret))
    await beside.start_server()
    url = str(beside.make_url("")).rstrip("/")
    made = Starter(tmp_path, policies, server, engine, url, clock, mode)
    yield made
    await made.end()
    await beside.close()


@pytest.fixture
async def app(starter):
    return await starter.start()


@pytest.fixture
def ann(server):
    return Buyer(server, Person(ANN, "Ann", "Lee", "de"))
