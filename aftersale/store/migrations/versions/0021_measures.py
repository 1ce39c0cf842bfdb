"""Indexes by which the numbers of the desk find what happened in a time."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them."""
    op.create_index(op.f("ix_pending_commands_done_at"), "pending_commands", ["done_at"])
    op.create_index(op.f("ix_promises_due_at"), "promises", ["due_at"])
