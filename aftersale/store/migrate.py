"""Brings the database to the newest schema, from wherever the command is run."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

LOCATION = "aftersale.store:migrations"


def upgrade(engine: Engine) -> str:
    """Run the migrations that are missing and return the revision reached."""
    config = _config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
    return newest_revision()


def current_revision(engine: Engine) -> str | None:
    """Return the revision the database is at; None when it is empty."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str:
    """Return the revision that this version of the product needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None  # noqa: S101 -- there is always a first migration
    return head


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", LOCATION)
    return config
