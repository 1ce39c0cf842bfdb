"""Cases are looked up by the conversation they were opened in."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_cases_conversation_id"), "cases", ["conversation_id"])
