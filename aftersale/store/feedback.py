"""Ratings, and agents who are there, in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from aftersale.domain.articles import Presence, Rating, RatingSubject
from aftersale.domain.cases import CaseState
from aftersale.store.insert_once import insert_once
from aftersale.store.rows import thing, values
from aftersale.store.tables import CaseRow, DecisionRow
from aftersale.store.tables_articles import PresenceRow, RatingRow
from aftersale.store.tables_handoffs import AgentSeenRow

_SETTLED = (CaseState.DECIDED, CaseState.CLOSED)


class SqlFeedback:
    """The `Feedback` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, rating: Rating) -> bool:
        """Write it down once per subject."""
        key = ("subject_kind", "subject")
        return insert_once(self._connection, RatingRow, values(rating), key=key)

    def of(self, kind: RatingSubject, subject: str) -> Rating | None:
        """Return the rating of a subject."""
        row = self._connection.execute(
            select(RatingRow).where(RatingRow.subject_kind == kind, RatingRow.subject == subject)
        ).one_or_none()
        return None if row is None else thing(Rating, row)

    def open_in(self, conversation_id: str) -> Rating | None:
        """Return the newest one of the conversation that has neither stars nor a skip."""
        return self._newest(
            RatingRow.conversation_id == conversation_id,
            RatingRow.stars.is_(None),
            RatingRow.skipped_at.is_(None),
        )

    def last_in(self, conversation_id: str) -> Rating | None:
        """Return the newest one of the conversation."""
        return self._newest(RatingRow.conversation_id == conversation_id)

    def _newest(self, *fits: ColumnElement[bool]) -> Rating | None:
        row = self._connection.execute(
            select(RatingRow).where(*fits).order_by(RatingRow.asked_at.desc()).limit(1)
        ).one_or_none()
        return None if row is None else thing(Rating, row)

    def save(self, rating: Rating) -> None:
        """Write what was answered."""
        self._connection.execute(
            update(RatingRow)
            .where(RatingRow.rating_id == rating.rating_id)
            .values(**values(rating))
        )

    def last_decision(self, conversation_id: str) -> str | None:
        """Return the id of the newest decision made in the conversation."""
        found: str | None = self._connection.execute(
            select(DecisionRow.decision_id)
            .where(DecisionRow.conversation_id == conversation_id)
            .order_by(DecisionRow.at.desc())
            .limit(1)
        ).scalar_one_or_none()
        return found

    def unrated_cases(self, since: datetime, *, limit: int = 100) -> Sequence[str]:
        """Return settled cases of a conversation whose rating nobody was asked for."""
        asked = select(RatingRow.subject).where(RatingRow.subject_kind == RatingSubject.CASE)
        settled = func.coalesce(CaseRow.reviewed_at, CaseRow.decided_at, CaseRow.closed_at)
        rows = self._connection.execute(
            select(CaseRow.number)
            .where(
                CaseRow.state.in_(_SETTLED),
                CaseRow.conversation_id.is_not(None),
                settled >= since,
                CaseRow.number.not_in(asked),
            )
            .order_by(settled)
            .limit(limit)
        )
        return list(rows.scalars())

    def all(self, *, since: datetime, limit: int = 10_000) -> Sequence[Rating]:
        """Return the ratings asked for since then, newest first."""
        rows = self._connection.execute(
            select(RatingRow)
            .where(RatingRow.asked_at >= since)
            .order_by(RatingRow.asked_at.desc())
            .limit(limit)
        )
        return [thing(Rating, row) for row in rows]


class SqlAgents:
    """The `Agents` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def arrive(self, *presences: Presence) -> None:
        """Write down that the agent is there; who was there already stays there since then."""
        for agent in {presence.agent for presence in presences}:
            before = {row.place: row for row in self._rows(PresenceRow.agent == agent)}
            self._connection.execute(delete(PresenceRow).where(PresenceRow.agent == agent))
            mine = [presence for presence in presences if presence.agent == agent]
            rows = [_presence_columns(each, before.get(_place(each))) for each in mine]
            self._connection.execute(insert(PresenceRow), rows)

    def leave(self, agent: str, at: datetime) -> bool:
        """End the presence; False when the agent was not there."""
        done = self._connection.execute(
            update(PresenceRow)
            .where(PresenceRow.agent == agent, PresenceRow.until > at)
            .values(until=at)
        )
        return done.rowcount > 0

    def seen(self, agent: str, at: datetime) -> None:
        """Note that the agent's desk was heard of."""
        is_postgresql = self._connection.dialect.name == "postgresql"
        make = postgresql.insert if is_postgresql else sqlite.insert
        self._connection.execute(
            make(AgentSeenRow)
            .values(agent=agent, seen_at=at)
            .on_conflict_do_update(index_elements=["agent"], set_={"seen_at": at})
        )

    def last_seen(self, agent: str, now: datetime) -> datetime | None:
        """Return when it was heard of last."""
        until = [row.until for row in self._rows(PresenceRow.agent == agent)]
        if any(each > now for each in until):
            return now
        query = select(AgentSeenRow.seen_at).where(AgentSeenRow.agent == agent)
        seen: datetime | None = self._connection.execute(query).scalar_one_or_none()
        return seen or max(until, default=None)

    def present(self, storefront: str, now: datetime) -> Sequence[Presence]:
        """Return who is there for the storefront."""
        rows = self._rows(
            PresenceRow.until > now,
            PresenceRow.since <= now,
            PresenceRow.place.in_([_EVERYWHERE, storefront]),
        )
        there = {}
        for row in rows:
            place = None if row.place == _EVERYWHERE else row.place
            there[row.agent] = Presence(row.agent, place, row.since, row.until)
        return list(there.values())

    def _rows(self, *fits: ColumnElement[bool]) -> Sequence[Row[Any]]:
        query = select(PresenceRow).where(*fits).order_by(PresenceRow.agent)
        return self._connection.execute(query).all()


_EVERYWHERE = "*"


def _place(presence: Presence) -> str:
    return presence.storefront or _EVERYWHERE


def _presence_columns(presence: Presence, before: Row[Any] | None) -> dict[str, Any]:
    stayed = before is not None and before.until >= presence.since
    since = min(before.since, presence.since) if before and stayed else presence.since
    return {
        "agent": presence.agent,
        "place": _place(presence),
        "since": since,
        "until": presence.until,
    }
