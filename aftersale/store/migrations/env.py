"""Runs migrations on the connection that `store.migrate` hands over, or on a developer's."""

import os
from pathlib import Path

from alembic import context
from sqlalchemy import Connection

from aftersale.store.database import default_url, make_engine
from aftersale.store.tables import Base


def run(connection: Connection) -> None:
    context.configure(
        connection=connection, target_metadata=Base.metadata, transaction_per_migration=True
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:  # the `alembic` command of a developer
    data_dir = Path(os.environ.get("AFTERSALE_DATA_DIR", "var"))
    url = os.environ.get("AFTERSALE_DATABASE_URL", default_url(data_dir))
    with make_engine(url).connect() as own:
        run(own)
