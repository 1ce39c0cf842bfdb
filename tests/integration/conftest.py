import pytest

from aftersale.store.database import make_engine
from aftersale.store.migrate import upgrade


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    """A migrated SQLite file; whoever needs a database takes a copy."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path
