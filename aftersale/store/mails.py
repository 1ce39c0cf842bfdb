"""Which messages were taken in, in the database."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from aftersale.store.insert_once import insert_once
from aftersale.store.tables_mail import InboundMailRow, MailFailureRow


class SqlMails:
    """The `InboundMails` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def taken(self, message_key: str) -> bool:
        """Whether the message was taken in."""
        wanted = select(InboundMailRow.at).where(InboundMailRow.message_key == message_key)
        return self._connection.execute(wanted).first() is not None

    def take(self, message_key: str, *, at: datetime, kind: str) -> None:
        """Write it down, also that it fails no more; a second time changes nothing."""
        row = {"message_key": message_key, "at": at, "kind": kind}
        insert_once(self._connection, InboundMailRow, row, key=("message_key",))
        self._connection.execute(
            delete(MailFailureRow).where(MailFailureRow.message_key == message_key)
        )

    def failed(self, message_key: str, *, at: datetime) -> int:
        """Write down that it could not be dealt with; return how often by now."""
        row = {"message_key": message_key, "failures": 0, "at": at}
        insert_once(self._connection, MailFailureRow, row, key=("message_key",))
        counted: int = self._connection.execute(
            update(MailFailureRow)
            .where(MailFailureRow.message_key == message_key)
            .values(failures=MailFailureRow.failures + 1, at=at)
            .returning(MailFailureRow.failures)
        ).scalar_one()
        return counted
