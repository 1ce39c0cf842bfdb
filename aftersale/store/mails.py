"""Which messages were taken in, in the database."""

from datetime import datetime

from sqlalchemy import Connection, select

from aftersale.store.insert_once import insert_once
from aftersale.store.tables_mail import InboundMailRow


class SqlMails:
    """The `InboundMails` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def taken(self, message_key: str) -> bool:
        """Whether the message was taken in."""
        wanted = select(InboundMailRow.at).where(InboundMailRow.message_key == message_key)
        return self._connection.execute(wanted).first() is not None

    def take(self, message_key: str, *, at: datetime, kind: str) -> None:
        """Write it down; a second time changes nothing."""
        row = {"message_key": message_key, "at": at, "kind": kind}
        insert_once(self._connection, InboundMailRow, row, key=("message_key",))
