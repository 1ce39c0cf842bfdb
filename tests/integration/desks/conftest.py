import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aftersale.adapters.chatwoot_desk import Chatwoot, Inbox
from aftersale.adapters.chatwoot_http import ChatwootHttp
from aftersale.adapters.policies import load_policies
from aftersale.adapters.voice import DomainVoice
from tests.contract.chatwoot_server import IDENTIFIER, SECRET, TOKEN, fake_chatwoot
from tests.contract.chatwoot_state import ACCOUNT, INBOX
from tests.integration.desks.world import World

NOW = datetime(2026, 11, 4, 15, 0, tzinfo=UTC)


@pytest.fixture
def version():
    return "4.13"


@pytest.fixture
def server(version):
    with fake_chatwoot(version) as fake:
        fake.state.now = int(NOW.timestamp())
        yield fake


def desk_of(server, *, token=TOKEN, inbox=INBOX, secret=SECRET, **http):
    known = Inbox(ACCOUNT, inbox, IDENTIFIER, secret)
    return Chatwoot(ChatwootHttp(server.url, token, **http), known)


@pytest.fixture
def desk(server):
    return desk_of(server)


@pytest.fixture(scope="session")
def policies():
    return load_policies(Path("storefronts"))


@pytest.fixture(scope="session")
def voice(policies):
    return DomainVoice.read(Path("domain.yml"), policies)


@pytest.fixture
def knobs():
    return {}


@pytest.fixture
def world(server, desk, tmp_path, empty_database, policies, voice, knobs):
    database = tmp_path / "aftersale.db"
    shutil.copy(empty_database, database)
    words = {"policies": policies, "voice": voice}
    made = World(server, desk, database, tmp_path, now=NOW, **words, **knobs)
    yield made
    made.engine.dispose()


@pytest.fixture
def talk(world):
    """An agent has answered once."""
    world.ask()
    world.carry()
    world.server.reply("Hello")
    world.settle()
    return world
