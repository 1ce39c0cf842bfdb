import shutil

import pytest
from aiohttp.test_utils import TestServer

from aftersale.settings import Settings
from tests.contract.whatsapp_server import fake_whatsapp
from tests.integration.channels.whatsapp.app import App, started
from tests.integration.channels.whatsapp.side import NOW, connected
from tests.integration.gateway.world import FakeEngine


@pytest.fixture
def server():
    with fake_whatsapp() as fake:
        fake.state.now = int(NOW.timestamp())
        yield fake


@pytest.fixture
def ours(server):
    """The connector alone."""
    return connected(server)


@pytest.fixture
def ann(server):
    return server.state.add_person("Ann")


@pytest.fixture
async def app(tmp_path, empty_database, policies, server):
    """The number connected to a running app."""
    shutil.copy(empty_database, tmp_path / "aftersale.db")
    settings = Settings.from_env(
        {"AFTERSALE_DATA_DIR": str(tmp_path), "AFTERSALE_MODE": "test"}
        | {f"AFTERSALE_RATE_{name}": "off" for name in ("ADDRESS", "SOCKETS")}
    )
    engine = FakeEngine()
    beside = TestServer(engine.app(settings.engine_secret))
    await beside.start_server()
    url = str(beside.make_url("")).rstrip("/")
    services, client, clock = await started(settings, policies, server, url)
    app = App(client, services, engine, server, clock, tmp_path)
    yield app
    app.http.clear()
    await client.close()
    services.close()
    await beside.close()
