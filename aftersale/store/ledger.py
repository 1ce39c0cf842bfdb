"""Promises and the audit trail in the database. The trail only grows: triggers refuse the rest."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, insert, or_, select, update

from aftersale.domain.requests import AuditEntry, Promise
from aftersale.store.rows import thing, values
from aftersale.store.tables import AuditRow, ConversationRow, OrderRow, PromiseRow


def write_audit(connection: Connection, entries: Sequence[AuditEntry]) -> None:
    """Append entries to the audit trail."""
    connection.execute(insert(AuditRow), [values(entry) for entry in entries])


class SqlLedger:
    """The `Ledger` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def promise(self, promise: Promise) -> None:
        """Write down what a buyer was told."""
        self._connection.execute(insert(PromiseRow).values(**values(promise)))

    def promises(self, conversation_id: str) -> Sequence[Promise]:
        """Return the promises made in a conversation, oldest first."""
        rows = self._connection.execute(
            select(PromiseRow)
            .where(PromiseRow.conversation_id == conversation_id)
            .order_by(PromiseRow.made_at, PromiseRow.promise_id)
        )
        return [thing(Promise, row) for row in rows]

    def due_promises(self, now: datetime, *, code: str, limit: int = 100) -> Sequence[Promise]:
        """Return promises of that code whose time has come and that were not kept yet."""
        rows = self._connection.execute(
            select(PromiseRow)
            .where(PromiseRow.code == code, PromiseRow.due_at <= now, PromiseRow.kept_at.is_(None))
            .order_by(PromiseRow.due_at)
            .limit(limit)
        )
        return [thing(Promise, row) for row in rows]

    def keep(self, promise_id: str, *, at: datetime) -> bool:
        """Mark the promise kept; False when it was already."""
        done = self._connection.execute(
            update(PromiseRow)
            .where(PromiseRow.promise_id == promise_id, PromiseRow.kept_at.is_(None))
            .values(kept_at=at)
        )
        return done.rowcount == 1

    def made_to(
        self, storefront: str, *, conversation_id: str, buyer_id: str | None
    ) -> Sequence[Promise]:
        """Return what was promised in the conversation and, to a buyer, about their orders."""
        theirs = [PromiseRow.conversation_id == conversation_id]
        if buyer_id is not None:
            talks = select(ConversationRow.conversation_id).where(
                ConversationRow.buyer_id == buyer_id
            )
            orders = select(OrderRow.number).where(
                OrderRow.storefront == storefront, OrderRow.buyer_id == buyer_id
            )
            theirs += [
                PromiseRow.conversation_id.in_(talks),
                PromiseRow.order_number.in_(orders),
            ]
        rows = self._connection.execute(
            select(PromiseRow)
            .where(and_(PromiseRow.storefront == storefront, or_(*theirs)))
            .order_by(PromiseRow.made_at, PromiseRow.promise_id)
        )
        return [thing(Promise, row) for row in rows]

    def overdue(
        self, now: datetime, *, untold: bool = False, limit: int = 100
    ) -> Sequence[Promise]:
        """Return promises whose time has passed and that were not kept, oldest first."""
        query = select(PromiseRow).where(PromiseRow.due_at < now, PromiseRow.kept_at.is_(None))
        if untold:
            query = query.where(PromiseRow.breached_at.is_(None))
        rows = self._connection.execute(query.order_by(PromiseRow.due_at).limit(limit))
        return [thing(Promise, row) for row in rows]

    def breach(self, promise_id: str, *, at: datetime) -> bool:
        """Write down that somebody was told it is overdue; False when that was done already."""
        done = self._connection.execute(
            update(PromiseRow)
            .where(PromiseRow.promise_id == promise_id, PromiseRow.breached_at.is_(None))
            .values(breached_at=at)
        )
        return done.rowcount == 1

    def audit(self, entry: AuditEntry) -> None:
        """Append one entry to the trail."""
        write_audit(self._connection, [entry])

    def trail(self, subject: str) -> Sequence[AuditEntry]:
        """Return what happened to a thing, oldest first."""
        rows = self._connection.execute(
            select(AuditRow).where(AuditRow.subject == subject).order_by(AuditRow.audit_id)
        )
        return [thing(AuditEntry, row) for row in rows]
