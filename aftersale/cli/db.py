"""`aftersale db`: create and upgrade the database."""

import click

from aftersale.cli.opened import settings
from aftersale.store.database import make_engine
from aftersale.store.migrate import current_revision
from aftersale.store.migrate import upgrade as run_migrations


@click.group(epilog="Example: aftersale db upgrade")
def db() -> None:
    """Create and upgrade the database."""


@db.command(epilog="Example: aftersale db upgrade")
def upgrade() -> None:
    """Bring the database to the newest schema; creates it where there is none."""
    engine = make_engine(settings().database_url)
    before = current_revision(engine)
    after = run_migrations(engine)
    engine.dispose()
    click.echo(
        f"The database is at revision {after}" + (", as before." if before == after else ".")
    )
