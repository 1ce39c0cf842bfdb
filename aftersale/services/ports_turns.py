"""What services need of the store for turns, the work owed for buyers' messages."""

from datetime import datetime
from typing import Protocol

from aftersale.domain.conversations import Answered, Turn


class Turns(Protocol):
    """Turns: first in first out, one at once in a conversation, leased to a worker."""

    def add_turn(self, turn: Turn) -> None:
        """Add a turn; unique per (conversation, client_msg_id)."""
        ...

    def claim_turn(
        self, now: datetime, *, lease: float, conversation_id: str | None = None
    ) -> Turn | None:
        """Lease for seconds the oldest turn, waiting or expired, where none runs; fence + 1."""
        ...

    def turn(self, turn_id: str) -> Turn | None: ...
    def hold_turn(self, turn_id: str, fence: int) -> bool:
        """Tell whether this fence holds the turn; nobody can end it before the transaction."""
        ...

    def finish_turn(
        self,
        turn_id: str,
        fence: int,
        *,
        failed: bool = False,
        answered: Answered | None = None,
    ) -> bool:
        """Close the turn if this fence still holds it, and keep how it was answered."""
        ...

    def waiting_turns(self, conversation_id: str) -> int: ...
