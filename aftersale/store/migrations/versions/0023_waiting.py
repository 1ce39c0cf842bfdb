"""What those who wait were told of their place, and when agents were heard of last."""

import sqlalchemy as sa
from alembic import op

from aftersale.store.column_types import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both."""
    op.add_column("handoffs", sa.Column("place_told", sa.BigInteger(), nullable=True))
    op.create_table(
        "agents_seen",
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("agent", name=op.f("pk_agents_seen")),
    )
