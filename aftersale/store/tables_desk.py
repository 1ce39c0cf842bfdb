"""Tables of the desk: its users, their sessions, and failed sign-ins."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from aftersale.domain.desk import Role
from aftersale.store.column_types import text_enum
from aftersale.store.tables_base import Base


class DeskUserRow(Base):
    """Somebody at the desk. Disabled, never deleted: the audit keeps its names."""

    __tablename__ = "desk_users"

    user: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[Role] = mapped_column(text_enum(Role, "role"))
    storefronts: Mapped[tuple[str, ...]]
    languages: Mapped[tuple[str, ...]]
    team: Mapped[str | None]
    picture: Mapped[str | None]
    email: Mapped[str]
    password_hash: Mapped[str]
    sealed_secret: Mapped[str]
    last_step: Mapped[int]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    is_demo: Mapped[bool]


class DeskSessionRow(Base):
    """A signed-in browser, under the hash of its token."""

    __tablename__ = "desk_sessions"
    __table_args__ = (Index(None, "user"), Index(None, "expires_at"))

    session_hash: Mapped[str] = mapped_column(primary_key=True)
    user: Mapped[str] = mapped_column(ForeignKey("desk_users.user"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class DeskAttemptsRow(Base):
    """Failed sign-ins in a row under a hashed key; whether there is such a user is not told."""

    __tablename__ = "desk_attempts"
    __table_args__ = (Index(None, "last_at"),)

    key_hash: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]
