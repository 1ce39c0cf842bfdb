"""Mail that came in, and how far a buyer has read what was told unasked."""

import sqlalchemy as sa
from alembic import op

from aftersale.store.column_types import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the two columns."""
    op.create_table(
        "inbound_mails",
        sa.Column("message_key", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("message_key", name=op.f("pk_inbound_mails")),
    )
    for name in ("news_seq", "seen_seq"):
        op.add_column(
            "conversations", sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
        )
