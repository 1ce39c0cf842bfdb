"""Handoffs in the database."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from aftersale.domain.handoffs import Handoff, HandoffEnd, HandoffState
from aftersale.store.rows import thing, values
from aftersale.store.tables_handoffs import HandoffRow

_OPEN = (HandoffState.WAITING, HandoffState.CLAIMED)


class SqlHandoffs:
    """The `Handoffs` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, handoff: Handoff) -> bool:
        """Write it, unless the conversation has an open one."""
        # SQLAlchemy has ON CONFLICT only in the dialects' own insert; without a target, which the
        # partial index would need spelled out, any unique index refuses.
        is_postgresql = self._connection.dialect.name == "postgresql"
        make = postgresql.insert if is_postgresql else sqlite.insert
        statement = make(HandoffRow).values(**values(handoff)).on_conflict_do_nothing()
        written = self._connection.execute(statement.returning(HandoffRow.handoff_id)).all()
        return bool(written)

    def get(self, handoff_id: str) -> Handoff | None:
        """Return the handoff of that id."""
        return self._one(HandoffRow.handoff_id == handoff_id)

    def open_of(self, conversation_id: str) -> Handoff | None:
        """Return the one that waits or talks."""
        return self._one(
            HandoffRow.conversation_id == conversation_id, HandoffRow.state.in_(_OPEN)
        )

    def last_of(self, conversation_id: str) -> Handoff | None:
        """Return the newest."""
        found = self.all_of(conversation_id)
        return found[-1] if found else None

    def all_of(self, conversation_id: str) -> Sequence[Handoff]:
        """Return them, oldest first."""
        return self._all(HandoffRow.conversation_id == conversation_id)

    def save(self, handoff: Handoff) -> None:
        """Write what changed."""
        self._connection.execute(
            update(HandoffRow)
            .where(HandoffRow.handoff_id == handoff.handoff_id)
            .values(**values(handoff))
        )

    def waiting(self, storefront: str | None = None) -> Sequence[Handoff]:
        """Return who waits, first come first."""
        here = [] if storefront is None else [HandoffRow.storefront == storefront]
        return self._all(HandoffRow.state == HandoffState.WAITING, *here)

    def claimed(self, agent: str | None = None) -> Sequence[Handoff]:
        """Return who talks with an agent."""
        theirs = [] if agent is None else [HandoffRow.agent == agent]
        return self._all(HandoffRow.state == HandoffState.CLAIMED, *theirs)

    def waiting_before(self, handoff: Handoff) -> int:
        """Return how many of the storefront came before."""
        number: int = self._connection.execute(
            select(func.count(literal_column("1")))
            .select_from(HandoffRow)
            .where(
                HandoffRow.storefront == handoff.storefront,
                HandoffRow.state == HandoffState.WAITING,
                HandoffRow.asked_at < handoff.asked_at,
            )
        ).scalar_one()
        return number

    def unclaimed(self, now: datetime, *, limit: int = 100) -> Sequence[Handoff]:
        """Return those whose time in the queue is over."""
        due = (HandoffRow.state == HandoffState.WAITING, HandoffRow.claim_by <= now)
        return self._all(*due, limit=limit)

    def missed_since(self, storefront: str, since: datetime) -> Sequence[Handoff]:
        """Return missed ones that were not offered again."""
        return self._all(
            HandoffRow.storefront == storefront,
            HandoffRow.state == HandoffState.MISSED,
            HandoffRow.asked_at >= since,
            HandoffRow.offered_at.is_(None),
        )

    def untold(self, conversation_id: str) -> Sequence[Handoff]:
        """Return those that took the conversation from the bot, unknown to the engine."""
        was_over = HandoffRow.ended_as.in_([HandoffEnd.RETURNED, HandoffEnd.LEFT])
        in_vain = and_(HandoffRow.state == HandoffState.MISSED, HandoffRow.claim_by.is_not(None))
        return self._all(
            HandoffRow.conversation_id == conversation_id,
            or_(was_over, in_vain),
            HandoffRow.engine_told_at.is_(None),
        )

    def _one(self, *fits: ColumnElement[bool]) -> Handoff | None:
        row = self._connection.execute(select(HandoffRow).where(*fits)).one_or_none()
        return None if row is None else thing(Handoff, row)

    def _all(self, *fits: ColumnElement[bool], limit: int | None = None) -> Sequence[Handoff]:
        order = (HandoffRow.asked_at, HandoffRow.handoff_id)
        rows = self._connection.execute(
            select(HandoffRow).where(*fits).order_by(*order).limit(limit)
        )
        return [thing(Handoff, row) for row in rows]
