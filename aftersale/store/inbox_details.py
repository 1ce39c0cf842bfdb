"""What a page of the inbox and a conversation's context need beside the rows themselves."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Result, and_, func, literal_column, or_, select

from aftersale.domain.conversations import (
    Author,
    Closed,
    Conversation,
    Event,
    EventType,
    Owner,
)
from aftersale.services.ports import StoredDecision
from aftersale.services.ports_inbox import Head, InboxRow, OtherTalk, Understood
from aftersale.store.rows import thing
from aftersale.store.tables import (
    ConversationRow,
    DecisionRow,
    DeskReadRow,
    EventRow,
    PromiseRow,
    TurnRow,
)

_SAID = EventRow.type == EventType.MESSAGE
_NO_SEQ_YET = 2**62  # past any event


class InboxDetails:
    """Reads about conversations that are known by id."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _filled(self, rows: list[InboxRow], user: str) -> list[InboxRow]:
        ids = [row.conversation.conversation_id for row in rows]
        if not ids:
            return []
        waiting = [own for own, row in zip(ids, rows, strict=True) if _waits(row)]
        last, unread = self._last(ids, waiting), self._unread(ids, user)
        due = self._promised(ids)
        return [
            replace(row, last=last.get(own), unread=unread[own], promise_due_at=due.get(own))
            for own, row in zip(ids, rows, strict=True)
        ]

    def _last(self, ids: Sequence[str], waiting: Sequence[str]) -> dict[str, Event]:
        """Return the newest message; where somebody waits, their own, not the queue's."""
        by_buyer = EventRow.author == Author.BUYER
        newest = (
            select(EventRow.conversation_id, func.max(EventRow.seq).label("seq"))
            .where(
                EventRow.conversation_id.in_(ids),
                _SAID,
                EventRow.author != Author.SYSTEM,
                or_(by_buyer, EventRow.conversation_id.not_in(waiting)),
            )
            .group_by(EventRow.conversation_id)
            .subquery()
        )
        same = and_(
            EventRow.conversation_id == newest.c.conversation_id, EventRow.seq == newest.c.seq
        )
        rows = self._connection.execute(select(EventRow).join(newest, same))
        return {row.conversation_id: thing(Event, row) for row in rows}

    def _unread(self, ids: Sequence[str], user: str) -> Mapping[str, int]:
        mark = and_(
            DeskReadRow.conversation_id == EventRow.conversation_id, DeskReadRow.user == user
        )
        rows: Result[Any] = self._connection.execute(
            select(EventRow.conversation_id, func.count(literal_column("1")).label("many"))
            .outerjoin(DeskReadRow, mark)
            .where(
                EventRow.conversation_id.in_(ids),
                _SAID,
                EventRow.author == Author.BUYER,
                EventRow.seq > func.coalesce(DeskReadRow.seq, 0),
            )
            .group_by(EventRow.conversation_id)
        )
        return defaultdict(int, {row.conversation_id: row.many for row in rows})

    def _promised(self, ids: Sequence[str]) -> dict[str, datetime]:
        rows: Result[Any] = self._connection.execute(
            select(PromiseRow.conversation_id, func.min(PromiseRow.due_at).label("due_at"))
            .where(
                PromiseRow.conversation_id.in_(ids),
                PromiseRow.kept_at.is_(None),
                PromiseRow.due_at.is_not(None),
            )
            .group_by(PromiseRow.conversation_id)
        )
        return {row.conversation_id: row.due_at for row in rows}

    def events_before(
        self, conversation_id: str, before: int | None, *, limit: int
    ) -> Sequence[Event]:
        """Return the last events before a seq, oldest first."""
        rows = self._connection.execute(
            select(EventRow)
            .where(
                EventRow.conversation_id == conversation_id,
                EventRow.seq < (_NO_SEQ_YET if before is None else before),
            )
            .order_by(EventRow.seq.desc())
            .limit(limit)
        ).all()
        return [thing(Event, row) for row in reversed(rows)]

    def decisions_of(self, conversation_id: str, *, limit: int) -> Sequence[StoredDecision]:
        """Return what was decided in the conversation, newest first."""
        rows = self._connection.execute(
            select(DecisionRow)
            .where(DecisionRow.conversation_id == conversation_id)
            .order_by(DecisionRow.at.desc(), DecisionRow.decision_id)
            .limit(limit)
        )
        return [thing(StoredDecision, row) for row in rows]

    def understood(self, conversation_id: str, *, limit: int) -> Sequence[Understood]:
        """Return how the last messages were read, oldest first."""
        said = and_(
            EventRow.conversation_id == TurnRow.conversation_id, EventRow.seq == TurnRow.seq
        )
        rows: Result[Any] = self._connection.execute(
            select(TurnRow.seq, EventRow.body, TurnRow.intent, TurnRow.confidence)
            .join(EventRow, said)
            .where(TurnRow.conversation_id == conversation_id)
            .order_by(TurnRow.seq.desc())
            .limit(limit)
        )
        found = [
            Understood(row.seq, str(row.body.get("text", "")), row.intent, row.confidence)
            for row in rows
        ]
        return found[::-1]

    def others_of(self, conversation: Conversation, *, limit: int) -> Sequence[OtherTalk]:
        """Return what else the conversation's buyer talks about, newest first."""
        if conversation.buyer_id is None:
            return []
        rows = self._connection.execute(
            select(ConversationRow)
            .where(
                ConversationRow.buyer_id == conversation.buyer_id,
                ConversationRow.storefront == conversation.storefront,
                ConversationRow.conversation_id != conversation.conversation_id,
                ConversationRow.last_seq > 0,
                ConversationRow.closed_as.is_distinct_from(Closed.DELETED),
            )
            .order_by(ConversationRow.active_at.desc(), ConversationRow.conversation_id)
            .limit(limit)
        ).all()
        last = self._last([row.conversation_id for row in rows], ())
        return [
            OtherTalk(thing(Conversation, row), row.active_at, last.get(row.conversation_id))
            for row in rows
        ]

    def heads(self, conversation_ids: Sequence[str]) -> Mapping[str, Head]:
        """Return what is newest of each."""
        newest = and_(
            EventRow.conversation_id == ConversationRow.conversation_id,
            EventRow.seq == ConversationRow.last_seq,
        )
        rows: Result[Any] = self._connection.execute(
            select(
                ConversationRow.conversation_id,
                ConversationRow.storefront,
                ConversationRow.last_seq,
                EventRow.type,
                EventRow.author,
            )
            .outerjoin(EventRow, newest)
            .where(ConversationRow.conversation_id.in_(conversation_ids))
        )
        return {
            row.conversation_id: Head(row.storefront, row.last_seq, row.type, row.author)
            for row in rows
        }

    def read_up_to(self, conversation_id: str) -> tuple[int, int]:
        """Return up to which seq the buyer has read, and somebody at the desk."""
        by_desk = (
            select(func.max(DeskReadRow.seq))
            .where(DeskReadRow.conversation_id == conversation_id)
            .scalar_subquery()
        )
        row = self._connection.execute(
            select(ConversationRow.read_seq, by_desk).where(
                ConversationRow.conversation_id == conversation_id
            )
        ).one_or_none()
        return (0, 0) if row is None else (row[0], row[1] or 0)


def _waits(row: InboxRow) -> bool:
    return row.conversation.owner is Owner.QUEUED
