"""The tables of mail that came in."""

from datetime import datetime

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from aftersale.store.tables_base import Base


class InboundMailRow(Base):
    """A message that was taken in; only a digest of its id is kept, never its words."""

    __tablename__ = "inbound_mails"

    message_key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str]


class MailFailureRow(Base):
    """How often a message could not be dealt with, and when last; a restart forgets nothing."""

    __tablename__ = "mail_failures"

    message_key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime]
