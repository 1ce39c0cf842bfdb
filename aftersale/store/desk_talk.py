"""What agents write, in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Result, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from aftersale.domain.desk_talk import AgentMessage, AgentMessageState, Mention, Note
from aftersale.store.insert_once import insert_once
from aftersale.store.rows import thing, values
from aftersale.store.tables_desk_talk import AgentMessageRow, DeskReadRow, MentionRow, NoteRow

_WAITS = AgentMessageRow.state == AgentMessageState.WAITING


class SqlAgentMessages:
    """The `AgentMessages` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, message: AgentMessage) -> bool:
        """Write it once for its `client_msg_id`."""
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(AgentMessageRow).values(**values(message)))
        except IntegrityError:
            return False
        return True

    def get(self, message_id: str) -> AgentMessage | None:
        """Return the message of that id."""
        found = self._all(AgentMessageRow.message_id == message_id)
        return found[0] if found else None

    def by_client_id(self, conversation_id: str, client_msg_id: str) -> AgentMessage | None:
        """Return the one that came with this id."""
        found = self._all(
            AgentMessageRow.conversation_id == conversation_id,
            AgentMessageRow.client_msg_id == client_msg_id,
        )
        return found[0] if found else None

    def leave(self, message_id: str, to: AgentMessageState) -> bool:
        """Move it out of WAITING, if it is there."""
        left = self._connection.execute(
            update(AgentMessageRow)
            .where(AgentMessageRow.message_id == message_id, _WAITS)
            .values(state=to)
        )
        return left.rowcount == 1

    def note_seq(self, message_id: str, seq: int) -> None:
        """Remember where in the log it is."""
        self._connection.execute(
            update(AgentMessageRow).where(AgentMessageRow.message_id == message_id).values(seq=seq)
        )

    def due(self, now: datetime, *, limit: int = 100) -> Sequence[AgentMessage]:
        """Return waiting ones whose time has come."""
        return self._all(_WAITS, AgentMessageRow.send_at <= now, limit=limit)

    def waiting(self, conversation_id: str, user: str) -> Sequence[AgentMessage]:
        """Return the agent's waiting ones."""
        own = AgentMessageRow.user == user
        return self._all(AgentMessageRow.conversation_id == conversation_id, own, _WAITS)

    def not_sent(self, conversation_id: str, *, refused_since: datetime) -> Sequence[AgentMessage]:
        """Return what waits, and what was refused lately."""
        refused = AgentMessageRow.state == AgentMessageState.REFUSED
        return self._all(
            AgentMessageRow.conversation_id == conversation_id,
            or_(_WAITS, refused & (AgentMessageRow.created_at >= refused_since)),
        )

    def _all(self, *fits: ColumnElement[bool], limit: int | None = None) -> list[AgentMessage]:
        rows = self._connection.execute(
            select(AgentMessageRow).where(*fits).order_by(AgentMessageRow.number).limit(limit)
        )
        return [thing(AgentMessage, row) for row in rows]


class SqlNotes:
    """The `Notes` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, note: Note, mentioned: Sequence[str]) -> None:
        """Write the note and who is named in it."""
        self._connection.execute(insert(NoteRow).values(**values(note)))
        if mentioned:
            named = [{"note_id": note.note_id, "user": user} for user in mentioned]
            self._connection.execute(insert(MentionRow), named)

    def of_conversation(self, conversation_id: str) -> Sequence[Note]:
        """Return the notes, oldest first."""
        rows = self._connection.execute(
            select(NoteRow)
            .where(NoteRow.conversation_id == conversation_id)
            .order_by(NoteRow.number)
        )
        return [thing(Note, row) for row in rows]

    def mentions(self, user: str, *, limit: int = 50) -> Sequence[Mention]:
        """Return where the user was named, newest first."""
        rows: Result[Any] = self._connection.execute(
            select(NoteRow, MentionRow.seen_at)
            .join(MentionRow, MentionRow.note_id == NoteRow.note_id)
            .where(MentionRow.user == user)
            .order_by(NoteRow.number.desc())
            .limit(limit)
        )
        return [Mention(thing(Note, row), user, row._mapping["seen_at"]) for row in rows]

    def unseen(self, user: str) -> int:
        """Return how many mentions the user has not seen."""
        number: int = self._connection.execute(
            select(func.count(MentionRow.note_id)).where(
                MentionRow.user == user, MentionRow.seen_at.is_(None)
            )
        ).scalar_one()
        return number

    def see(self, user: str, note_id: str, *, at: datetime) -> bool:
        """Mark the mention seen."""
        seen = self._connection.execute(
            update(MentionRow)
            .where(
                MentionRow.user == user,
                MentionRow.note_id == note_id,
                MentionRow.seen_at.is_(None),
            )
            .values(seen_at=at)
        )
        return seen.rowcount == 1

    def read(self, user: str, conversation_id: str, seq: int, *, at: datetime) -> bool:
        """Remember how far the user has read; never backwards."""
        mark = {"conversation_id": conversation_id, "user": user, "seq": seq, "at": at}
        if insert_once(self._connection, DeskReadRow, mark, key=("conversation_id", "user")):
            return seq > 0
        moved = self._connection.execute(
            update(DeskReadRow)
            .where(
                DeskReadRow.conversation_id == conversation_id,
                DeskReadRow.user == user,
                DeskReadRow.seq < seq,
            )
            .values(seq=seq, at=at)
        )
        return moved.rowcount == 1
