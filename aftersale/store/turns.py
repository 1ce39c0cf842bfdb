"""Turns in the database: first in first out, one at once in a conversation, leased to a worker."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from aftersale.domain.conversations import Answered, Turn, TurnState
from aftersale.errors import DuplicateMessage
from aftersale.store.rows import thing, values
from aftersale.store.tables import TurnRow

_UNFINISHED = (TurnState.WAITING, TurnState.RUNNING)


def _may_run() -> ColumnElement[bool]:
    # Only the first unfinished turn of a conversation may run. So one row lock is enough for
    # PostgreSQL: whoever waits for it finds the turn leased and passes on.
    other = aliased(TurnRow)
    before = exists().where(
        other.conversation_id == TurnRow.conversation_id,
        other.turn_id != TurnRow.turn_id,
        or_(
            and_(other.state.in_(_UNFINISHED), other.seq < TurnRow.seq),
            other.state == TurnState.RUNNING,
        ),
    )
    free = or_(
        TurnRow.state == TurnState.WAITING,
        and_(TurnRow.state == TurnState.RUNNING, TurnRow.lease_until <= bindparam("now")),
    )
    return and_(free, ~before)


# Every turn runs these: made once, so that SQLAlchemy finds what it compiled by the object alone.
# The names of parameters must not be those of columns that a statement sets.
_ADD = insert(TurnRow)
_OLDEST = (
    select(TurnRow.turn_id)
    .where(_may_run())
    .order_by(TurnRow.created_at, TurnRow.seq, TurnRow.turn_id)
    .limit(1)
    .with_for_update(skip_locked=True, of=TurnRow)  # left out on SQLite
)
_OLDEST_OF = _OLDEST.where(TurnRow.conversation_id == bindparam("of_conversation"))
_LEASE = (
    update(TurnRow)
    .where(TurnRow.turn_id == bindparam("of_turn"))
    .values(state=TurnState.RUNNING, fence=TurnRow.fence + 1, lease_until=bindparam("until"))
    .returning(*TurnRow.__table__.columns)
)
_TURN = select(TurnRow).where(TurnRow.turn_id == bindparam("of_turn"))
_HELD = and_(
    TurnRow.turn_id == bindparam("of_turn"),
    TurnRow.fence == bindparam("by_fence"),
    TurnRow.state == TurnState.RUNNING,
)
_HOLD = select(TurnRow.turn_id).where(_HELD).with_for_update()  # SQLite has one writer anyway
_FINISH = (
    update(TurnRow)
    .where(_HELD)
    .values(
        state=bindparam("end"),
        lease_until=None,
        intent=bindparam("read_as"),
        confidence=bindparam("how_sure"),
        said=bindparam("in_words"),
        answered_at=bindparam("on"),
    )
)
_WAITING = select(func.count()).where(
    TurnRow.conversation_id == bindparam("of_conversation"), TurnRow.state == TurnState.WAITING
)


class SqlTurns:
    """The turns of the `Conversations` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_turn(self, turn: Turn) -> None:
        """Add a turn.

        Raises:
            DuplicateMessage: the conversation has a turn for this client message id.
        """
        try:
            self._connection.execute(_ADD, values(turn))
        except IntegrityError as refused:
            raise DuplicateMessage("This message has been taken already.") from refused

    def claim_turn(
        self, now: datetime, *, lease: float, conversation_id: str | None = None
    ) -> Turn | None:
        """Lease the oldest turn that may run, or None. The fence rises with every claim."""
        oldest = _OLDEST if conversation_id is None else _OLDEST_OF
        turn_id = self._connection.execute(
            oldest, {"now": now, "of_conversation": conversation_id}
        ).scalar_one_or_none()
        return None if turn_id is None else self._lease(turn_id, now + timedelta(seconds=lease))

    def turn(self, turn_id: str) -> Turn | None:
        """Return the turn of that id."""
        row = self._connection.execute(_TURN, {"of_turn": turn_id}).one_or_none()
        return None if row is None else thing(Turn, row)

    def hold_turn(self, turn_id: str, fence: int) -> bool:
        """Tell whether this fence holds the turn, and lock it until the transaction ends."""
        held = self._connection.execute(
            _HOLD, {"of_turn": turn_id, "by_fence": fence}
        ).scalar_one_or_none()
        return held is not None

    def finish_turn(
        self,
        turn_id: str,
        fence: int,
        *,
        failed: bool = False,
        answered: Answered | None = None,
    ) -> bool:
        """Close the turn if this fence still holds it, and keep how it was answered."""
        end = TurnState.FAILED if failed else TurnState.DONE
        named = {"of_turn": turn_id, "by_fence": fence, "end": end}
        return self._connection.execute(_FINISH, named | _kept(answered)).rowcount == 1

    def waiting_turns(self, conversation_id: str) -> int:
        """Return how many turns of the conversation have not started."""
        return self._connection.execute(
            _WAITING, {"of_conversation": conversation_id}
        ).scalar_one()

    def _lease(self, turn_id: str, until: datetime) -> Turn:
        row = self._connection.execute(_LEASE, {"of_turn": turn_id, "until": until}).one()
        return thing(Turn, row)


def _kept(answered: Answered | None) -> dict[str, Any]:
    return {
        "read_as": answered.intent if answered else None,
        "how_sure": answered.confidence if answered else None,
        "in_words": " ".join(answered.said) if answered else None,
        "on": answered.at if answered else None,
    }
