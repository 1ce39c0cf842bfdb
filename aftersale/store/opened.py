"""Opens the store for the app, at the version of the schema that this app knows."""

from collections.abc import Callable
from dataclasses import dataclass

from aftersale.errors import SettingsInvalid
from aftersale.services.ports import UowFactory
from aftersale.services.ports_measures import OpenMeasures
from aftersale.store.database import make_engine
from aftersale.store.measures import make_open_measures
from aftersale.store.migrate import current_revision, newest_revision, upgrade
from aftersale.store.unit_of_work import OnEvents, make_uow_factory


@dataclass(frozen=True, slots=True)
class OpenStore:
    """Begins units of work until it is closed."""

    uow: UowFactory
    measures: OpenMeasures
    close: Callable[[], None]


def open_store(url: str, on_events: OnEvents) -> OpenStore:
    """Open the database; an SQLite file is made and brought up to date.

    Raises:
        SettingsInvalid: a PostgreSQL database is at another version.
    """
    engine = make_engine(url)
    if engine.dialect.name == "sqlite":
        # One file, one process: nobody else could be running an older version on it.
        upgrade(engine)
    elif current_revision(engine) != newest_revision():
        engine.dispose()
        raise SettingsInvalid(["The database is at another version: run `aftersale db upgrade`."])
    return OpenStore(
        uow=make_uow_factory(engine, on_events),
        measures=make_open_measures(engine),
        close=engine.dispose,
    )
