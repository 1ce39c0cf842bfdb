"""What services need from outside for handoffs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from aftersale.domain.handoffs import Handoff


class Handoffs(Protocol):
    """Every way to a person. Times are aware."""

    def add(self, handoff: Handoff) -> bool:
        """Write a new one; False when the conversation has one that is not over."""
        ...

    def get(self, handoff_id: str) -> Handoff | None: ...
    def open_of(self, conversation_id: str) -> Handoff | None:
        """Return the conversation's waiting or claimed one."""
        ...

    def last_of(self, conversation_id: str) -> Handoff | None: ...
    def all_of(self, conversation_id: str) -> Sequence[Handoff]:
        """Return the conversation's handoffs, oldest first."""
        ...

    def save(self, handoff: Handoff) -> None: ...
    def waiting(self, storefront: str | None = None) -> Sequence[Handoff]:
        """Return who waits, first come first, snoozed ones too."""
        ...

    def claimed(self, agent: str | None = None) -> Sequence[Handoff]:
        """Return who talks with an agent, or with any."""
        ...

    def waiting_before(self, handoff: Handoff) -> int:
        """Return how many wait at the same storefront since earlier."""
        ...

    def unclaimed(self, now: datetime, *, limit: int = 100) -> Sequence[Handoff]:
        """Return waiting ones whose `claim_by` has come."""
        ...

    def missed_since(self, storefront: str, since: datetime) -> Sequence[Handoff]:
        """Return missed ones nobody has been offered again, oldest first."""
        ...

    def untold(self, conversation_id: str) -> Sequence[Handoff]:
        """Return what took the conversation from the bot and brought it back, oldest first.

        Only that of which the engine has not been told.
        """
        ...
