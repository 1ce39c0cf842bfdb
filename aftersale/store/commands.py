"""Pending commands and decisions in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, insert, select, update

from aftersale.domain.requests import CommandState, PendingCommand
from aftersale.policy.decision import Decision
from aftersale.services.ports import StoredDecision
from aftersale.store.rows import thing, values
from aftersale.store.tables import CommandRow, DecisionRow

_MAY_LEAVE = {CommandState.UNDONE: CommandState.DONE}  # everything else leaves OPEN

# Every turn runs these: made once, so that SQLAlchemy finds what it compiled by the object alone.
_COMMANDS = select(CommandRow).order_by(CommandRow.position.desc()).limit(1)
_OPEN = _COMMANDS.where(
    CommandRow.conversation_id == bindparam("of_conversation"),
    CommandRow.state == CommandState.OPEN,
)
_LAST = _COMMANDS.where(CommandRow.conversation_id == bindparam("of_conversation"))
_BY_ID = _COMMANDS.where(CommandRow.command_id == bindparam("of_command"))
_IN_TURN = _COMMANDS.where(CommandRow.turn_id == bindparam("of_turn"))
_NEWEST = select(func.coalesce(func.max(CommandRow.position), 0)).where(
    CommandRow.conversation_id == bindparam("of_conversation")
)
_ADD = insert(CommandRow)
_ADD_DECISION = insert(DecisionRow)


class SqlCommands:
    """The `Commands` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, command: PendingCommand) -> None:
        """Write a command as the newest of its conversation."""
        newest = self._connection.execute(
            _NEWEST, {"of_conversation": command.conversation_id}
        ).scalar_one()
        self._connection.execute(_ADD, _command_values(command) | {"position": newest + 1})

    def open_for(self, conversation_id: str) -> PendingCommand | None:
        """Return the newest open command of the conversation."""
        return self._newest(_OPEN, of_conversation=conversation_id)

    def last_for(self, conversation_id: str) -> PendingCommand | None:
        """Return the newest command of the conversation, whatever became of it."""
        return self._newest(_LAST, of_conversation=conversation_id)

    def get(self, command_id: str) -> PendingCommand | None:
        """Return the command of that id."""
        return self._newest(_BY_ID, of_command=command_id)

    def move(self, command: PendingCommand) -> bool:
        """Write the command if it is still OPEN (or DONE, when moving to UNDONE)."""
        leaves = _MAY_LEAVE.get(command.state, CommandState.OPEN)
        done = self._connection.execute(
            update(CommandRow)
            .where(CommandRow.command_id == command.command_id, CommandRow.state == leaves)
            .values(**_command_values(command))
        )
        return done.rowcount == 1

    def done_in_turn(self, turn_id: str) -> PendingCommand | None:
        """Return the command whose stored result names this turn."""
        return self._newest(_IN_TURN, of_turn=turn_id)

    def add_decision(
        self,
        decision_id: str,
        decision: Decision,
        *,
        at: datetime,
        order_number: str | None,
        conversation_id: str | None,
        request: Mapping[str, Any],
    ) -> None:
        """Write down a decision with what was asked and the facts it used."""
        row = {
            "decision_id": decision_id,
            "at": at,
            "storefront": decision.storefront,
            "order_number": order_number,
            "conversation_id": conversation_id,
            "outcome": decision.outcome.value,
            "reason_code": decision.reason_code,
            "policy_version": decision.policy_version,
            "request": dict(request),
            "decision": asdict(decision),
        }
        self._connection.execute(_ADD_DECISION, row)

    def decisions(
        self, *, storefront: str | None = None, limit: int = 1000
    ) -> Sequence[StoredDecision]:
        """Return past decisions, newest first."""
        query = select(DecisionRow).order_by(DecisionRow.at.desc(), DecisionRow.decision_id)
        if storefront is not None:
            query = query.where(DecisionRow.storefront == storefront)
        return [thing(StoredDecision, row) for row in self._connection.execute(query.limit(limit))]

    def _newest(self, query: Select[Any], **named: str) -> PendingCommand | None:
        row = self._connection.execute(query, named).one_or_none()
        return None if row is None else thing(PendingCommand, row)


def _command_values(command: PendingCommand) -> dict[str, Any]:
    return values(command) | {"turn_id": (command.result or {}).get("turn_id")}
