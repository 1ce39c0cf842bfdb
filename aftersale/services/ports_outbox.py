"""What services need from the store for outside effects, promises and the audit trail."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from aftersale.domain.requests import (
    AuditEntry,
    OutboxKind,
    OutboxRow,
    OutboxState,
    Promise,
)


class Outbox(Protocol):
    """Outside effects that wait to leave."""

    def add(self, row: OutboxRow) -> None:
        """A second row with the same idempotency key is ignored."""
        ...

    def claim(
        self,
        now: datetime,
        *,
        lease: float,
        limit: int = 10,
        only: Collection[OutboxKind] | None = None,
    ) -> Sequence[OutboxRow]:
        """Lease pending rows that are due and not leased; every claim raises `attempts` by one.

        `only`: rows of these kinds; the others are left to whoever carries them.
        """
        ...

    def withdraw(self, idempotency_key: str, now: datetime) -> bool:
        """Undo: True when the row was pending and never claimed, and is now withdrawn.

        A row whose lease ran out counts as claimed: its effect may have left.
        """
        ...

    def finish(self, outbox_id: str) -> None: ...
    def rewrite(self, outbox_id: str, payload: Mapping[str, Any]) -> None:
        """Keep only this of the row from now on."""
        ...

    def retry(self, outbox_id: str, *, not_before: datetime, error: str, dead: bool) -> None:
        """Free the lease and wait until then (or give up); `attempts` stays as claimed."""
        ...

    def by_key(self, idempotency_key: str) -> OutboxRow | None: ...
    def get(self, outbox_id: str) -> OutboxRow | None: ...
    def list(self, state: OutboxState | None, *, limit: int) -> Sequence[OutboxRow]:
        """Return rows in that state, or in any, the newest first."""
        ...

    def requeue(self, outbox_id: str, *, now: datetime) -> bool:
        """Let a dead row be claimed again, as one that left before; False when it is not dead."""
        ...

    def discard(self, outbox_id: str, *, now: datetime) -> bool:
        """Withdraw a dead row; False when it is not dead."""
        ...


class Ledger(Protocol):
    """Promises and the audit trail."""

    def promise(self, promise: Promise) -> None: ...
    def promises(self, conversation_id: str) -> Sequence[Promise]: ...
    def due_promises(self, now: datetime, *, code: str, limit: int = 100) -> Sequence[Promise]:
        """Return promises of that code whose `due_at` has come and that were not kept yet."""
        ...

    def keep(self, promise_id: str, *, at: datetime) -> bool:
        """Mark the promise kept; False when it was already (compare and set)."""
        ...

    def made_to(
        self, storefront: str, *, conversation_id: str, buyer_id: str | None
    ) -> Sequence[Promise]:
        """Return what was promised in the conversation and, to a buyer, about their orders."""
        ...

    def overdue(
        self, now: datetime, *, untold: bool = False, limit: int = 100
    ) -> Sequence[Promise]:
        """Return promises whose time has passed and that were not kept, oldest first."""
        ...

    def breach(self, promise_id: str, *, at: datetime) -> bool:
        """Write down that somebody was told it is overdue; False when that was done already."""
        ...

    def audit(self, entry: AuditEntry) -> None: ...
    def trail(self, subject: str) -> Sequence[AuditEntry]: ...
