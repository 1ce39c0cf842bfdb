"""Tickets of sockets in the database: added, taken away once."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert

from aftersale.domain.conversations import Ticket
from aftersale.store.rows import thing, values
from aftersale.store.tables import TicketRow


class SqlTickets:
    """The `Tickets` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, ticket: Ticket, *, now: datetime) -> None:
        """Keep it; those of its conversation whose time is over go."""
        over = (TicketRow.conversation_id == ticket.conversation_id, TicketRow.expires_at <= now)
        self._connection.execute(delete(TicketRow).where(*over))
        self._connection.execute(insert(TicketRow).values(**values(ticket)))

    def use(self, ticket_hash: str) -> Ticket | None:
        """Take the ticket away and return it: of many who try at once, one has it."""
        row = self._connection.execute(
            delete(TicketRow)
            .where(TicketRow.ticket_hash == ticket_hash)
            .returning(*TicketRow.__table__.columns)
        ).one_or_none()
        return None if row is None else thing(Ticket, row)
