import shutil
from pathlib import Path

import pytest

from aftersale.adapters.policies import load_policies
from aftersale.adapters.voice import DomainVoice
from aftersale.store.database import make_engine
from aftersale.store.unit_of_work import make_uow_factory
from tests.integration.channels.way_in import WayIn
from tests.integration.channels.way_out import World
from tests.matrix_server import synapse

__all__ = ["synapse"]


@pytest.fixture(scope="session")
def policies():
    return load_policies(Path("storefronts"))


@pytest.fixture(scope="session")
def voice(policies):
    return DomainVoice.read(Path("domain.yml"), policies)


@pytest.fixture
def providers():
    return None


@pytest.fixture
def out(empty_database, tmp_path, policies, voice, providers):
    database = tmp_path / "aftersale.db"
    shutil.copy(empty_database, database)
    world = World(database, policies=policies, voice=voice, providers=providers)
    yield world
    world.engine.dispose()


@pytest.fixture
def talk(out):
    """A conversation that is held in one chat."""
    out.open_thread()
    return out


@pytest.fixture
def connectors():
    return None


@pytest.fixture
def starter():
    return None


@pytest.fixture
def way_in(empty_database, tmp_path, policies, voice, connectors, starter):
    database = tmp_path / "in.db"
    shutil.copy(empty_database, database)
    engine = make_engine(f"sqlite:///{database}")
    words = {"policies": policies, "voice": voice}
    more = {"connectors": connectors, "starter": starter}
    yield WayIn(make_uow_factory(engine), tmp_path / "uploads", **words, **more)
    engine.dispose()
