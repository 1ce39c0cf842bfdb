"""How each turn was understood and answered: what the numbers of the desk are made of."""

import sqlalchemy as sa
from alembic import op

from aftersale.store.column_types import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; turns from before have none of it."""
    op.add_column("turns", sa.Column("intent", sa.String(), nullable=True))
    op.add_column("turns", sa.Column("confidence", sa.Float(), nullable=True))
    op.add_column("turns", sa.Column("said", sa.String(), nullable=True))
    op.add_column("turns", sa.Column("answered_at", UtcDateTime(), nullable=True))
    op.create_index(op.f("ix_turns_created_at"), "turns", ["created_at"])
