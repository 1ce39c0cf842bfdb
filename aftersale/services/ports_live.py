"""What the store keeps for live connections: tickets that open a socket once."""

from datetime import datetime
from typing import Protocol

from aftersale.domain.conversations import Ticket


class Tickets(Protocol):
    """Tickets that were given out and not used yet."""

    def add(self, ticket: Ticket, *, now: datetime) -> None:
        """Keep it; those of its conversation whose time is over go."""
        ...

    def use(self, ticket_hash: str) -> Ticket | None:
        """Take the ticket away and return it: of many who try at once, one has it."""
        ...
