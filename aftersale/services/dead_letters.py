"""Outside effects that were given up: looked at, sent on their way again, or let go for good."""

from collections.abc import Sequence
from datetime import datetime

from aftersale.domain.requests import AuditEntry, OutboxRow, OutboxState
from aftersale.errors import EffectOver, NotFound
from aftersale.services.letters import LINK_REMOVED
from aftersale.services.ports import UnitOfWork, UowFactory


class DeadLetters:
    """What an operator does with the outbox. Each change is written down with their name."""

    def __init__(self, uow: UowFactory) -> None:
        self._uow = uow

    def list(self, state: OutboxState | None, *, limit: int) -> Sequence[OutboxRow]:
        """Return effects in that state, or in any, the newest first."""
        with self._uow() as uow:
            return uow.outbox.list(state, limit=limit)

    def get(self, outbox_id: str) -> OutboxRow:
        """Return one effect.

        Raises:
            NotFound: there is none of that id.
        """
        with self._uow() as uow:
            return _existing(uow, outbox_id)

    def requeue(self, outbox_id: str, *, user: str, now: datetime) -> None:
        """Let the relay try again, with its whole patience.

        Raises:
            NotFound: there is none of that id.
            EffectOver: it was not given up, or its one-time link is gone.
        """
        with self._uow() as uow:
            row = _existing(uow, outbox_id)
            if LINK_REMOVED in str(row.payload.get("text")):
                raise EffectOver("Its one-time link was taken out; it has to be made anew.")
            if not uow.outbox.requeue(outbox_id, now=now):
                raise EffectOver(f"It was not given up: it is {row.state.value}.")
            uow.ledger.audit(_audit(row, "requeued", user, now))
            uow.commit()

    def discard(self, outbox_id: str, *, user: str, now: datetime) -> None:
        """Let it go: nobody tries again.

        Raises:
            NotFound: there is none of that id.
            EffectOver: it was not given up.
        """
        with self._uow() as uow:
            row = _existing(uow, outbox_id)
            if not uow.outbox.discard(outbox_id, now=now):
                raise EffectOver(f"It was not given up: it is {row.state.value}.")
            uow.ledger.audit(_audit(row, "discarded", user, now))
            uow.commit()


def _existing(uow: UnitOfWork, outbox_id: str) -> OutboxRow:
    row = uow.outbox.get(outbox_id)
    if row is None:
        raise NotFound("There is no such effect; `aftersale outbox list` shows them.")
    return row


def _audit(row: OutboxRow, action: str, user: str, now: datetime) -> AuditEntry:
    return AuditEntry(
        at=now,
        actor=f"agent:{user}",
        action=f"outbox.{action}",
        subject=f"outbox:{row.outbox_id}",
        before={"state": row.state.value, "attempts": row.attempts},
        after={"kind": row.kind.value},
    )
