"""What most commands begin with: the settings of this installation and its order store."""

import os
from datetime import datetime

from aftersale.services.ports import UowFactory
from aftersale.settings import Settings, now_of
from aftersale.store.database import make_engine
from aftersale.store.unit_of_work import make_uow_factory


def settings() -> Settings:
    """Read the settings from the environment."""
    return Settings.from_env(os.environ)


def store(given: Settings) -> UowFactory:
    """Open the order store of an installation."""
    return make_uow_factory(make_engine(given.database_url))


def present(given: Settings) -> datetime:
    """Return the time it is here: the machine's, or the fixed clock of demo and test mode."""
    return now_of(given)
