"""The fixture `desk`: the desk's app over a store of the test's own; see `world`."""

import shutil
from datetime import UTC, datetime

import pytest
from aiohttp import DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher, Type

from aftersale import bootstrap as root
from aftersale.adapters import passwords_argon2
from aftersale.gateway.desk.app import create_desk_app
from aftersale.settings import Settings
from tests.integration.desk.world import DeskWorld

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def knobs():
    """Settings that a test may change before the desk is made."""
    return {}


@pytest.fixture
def cheap_passwords(monkeypatch):
    """Hashes that cost nothing; the real cost has a test of its own."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, type=Type.ID)
    monkeypatch.setattr(passwords_argon2, "PasswordHasher", lambda type: cheap)


@pytest.fixture
async def desk(tmp_path, empty_database, knobs, cheap_passwords):
    """The desk, with every service as `aftersale serve` makes it; no engine answers."""
    shutil.copy(empty_database, tmp_path / "aftersale.db")
    clock = tmp_path / "clock"
    clock.write_text(NOW.isoformat())
    base = {
        "AFTERSALE_MODE": "test",
        "AFTERSALE_DATA_DIR": str(tmp_path),
        "AFTERSALE_CLOCK": str(clock),
        "AFTERSALE_RATE_ADDRESS": "off",
    }
    settings = Settings.from_env(base | knobs)
    services = root.bootstrap(settings)
    # Nobody's client keeps cookies: each person sends their own.
    server = TestServer(create_desk_app(services, settings))
    client = TestClient(server, cookie_jar=DummyCookieJar())
    await client.start_server()
    yield DeskWorld(client, services, settings, clock)
    await client.close()
    services.close()
