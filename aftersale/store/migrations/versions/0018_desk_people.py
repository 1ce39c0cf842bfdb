"""People of the desk: users, sessions, failed sign-ins; who is there for which storefronts."""

import sqlalchemy as sa
from alembic import op

from aftersale.store.column_types import JsonTuple, UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ROLES = ("agent", "reviewer", "supervisor", "admin")


def upgrade() -> None:
    """Make the tables."""
    _users()
    op.create_table(
        "desk_sessions",
        sa.Column("session_hash", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["desk_users.user"], name=op.f("fk_desk_sessions_user")),
        sa.PrimaryKeyConstraint("session_hash", name=op.f("pk_desk_sessions")),
    )
    op.create_index(op.f("ix_desk_sessions_user"), "desk_sessions", ["user"])
    op.create_index(op.f("ix_desk_sessions_expires_at"), "desk_sessions", ["expires_at"])
    op.create_table(
        "desk_attempts",
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_desk_attempts")),
    )
    op.create_index(op.f("ix_desk_attempts_last_at"), "desk_attempts", ["last_at"])
    _presence()


def _users() -> None:
    kind = sa.Enum(*ROLES, name="role", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "desk_users",
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", kind, nullable=False),
        sa.Column("storefronts", JsonTuple(), nullable=False),
        sa.Column("languages", JsonTuple(), nullable=False),
        sa.Column("team", sa.String()),
        sa.Column("picture", sa.String()),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("sealed_secret", sa.String(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("disabled_at", UtcDateTime()),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_desk_users")),
    )


def _presence() -> None:
    # Who is there is said anew every few seconds, so nothing of value goes with the old table.
    op.drop_table("agent_presence")
    op.create_table(
        "agent_presence",
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("agent", "place", name=op.f("pk_agent_presence")),
    )
    op.create_index(op.f("ix_agent_presence_until"), "agent_presence", ["until"])
