"""What is kept about a desk that somebody else runs, in the database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, select, update

from aftersale.domain.handoffs import HandoffState
from aftersale.services.ports_desks import DeskLink, DeskMessage, LinkState, TakenEvent
from aftersale.store.insert_once import insert_once
from aftersale.store.rows import thing, values
from aftersale.store.tables_conversations import ConversationRow, EventRow, TurnRow
from aftersale.store.tables_desk_links import DeskEventRow, DeskLinkRow, DeskMessageRow
from aftersale.store.tables_handoffs import HandoffRow

_OPEN = (HandoffState.WAITING, HandoffState.CLAIMED)
_THERE = (LinkState.OPENING, LinkState.OPEN)


class SqlDeskLinks:
    """The `DeskLinks` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def unlinked(self, *, since: datetime, limit: int) -> Sequence[str]:
        """Return waiting handoffs without a link, first come first."""
        linked = exists().where(DeskLinkRow.handoff_id == HandoffRow.handoff_id)
        wanted = (
            select(HandoffRow.handoff_id)
            .where(HandoffRow.state == HandoffState.WAITING, HandoffRow.asked_at >= since, ~linked)
            .order_by(HandoffRow.asked_at, HandoffRow.handoff_id)
            .limit(limit)
        )
        return self._connection.execute(wanted).scalars().all()

    def add(self, link: DeskLink) -> bool:
        """Write a new link, once for a handoff."""
        return insert_once(self._connection, DeskLinkRow, values(link), key=("handoff_id",))

    def get(self, handoff_id: str) -> DeskLink | None:
        """Return the link of a handoff."""
        return self._one(DeskLinkRow.handoff_id == handoff_id)

    def locked(self, handoff_id: str) -> DeskLink | None:
        """Return it, held until the transaction ends."""
        wanted = select(DeskLinkRow).where(DeskLinkRow.handoff_id == handoff_id).with_for_update()
        row = self._connection.execute(wanted).one_or_none()
        return None if row is None else thing(DeskLink, row)

    def by_ref(self, ref: str) -> DeskLink | None:
        """Return the newest link of a conversation of the desk."""
        newest = (
            select(DeskLinkRow)
            .where(DeskLinkRow.ref == ref)
            .order_by(DeskLinkRow.created_at.desc(), DeskLinkRow.handoff_id)
            .limit(1)
        )
        row = self._connection.execute(newest).one_or_none()
        return None if row is None else thing(DeskLink, row)

    def save(self, link: DeskLink) -> None:
        """Write what changed."""
        self._connection.execute(
            update(DeskLinkRow)
            .where(DeskLinkRow.handoff_id == link.handoff_id)
            .values(**values(link))
        )

    def last_seq(self, conversation_id: str) -> int:
        """Return how far the log of the conversation is."""
        wanted = select(ConversationRow.last_seq).where(
            ConversationRow.conversation_id == conversation_id
        )
        return self._connection.execute(wanted).scalar_one_or_none() or 0

    def last_intent(self, conversation_id: str) -> str | None:
        """Return the intent of the newest turn that has one."""
        wanted = (
            select(TurnRow.intent)
            .where(TurnRow.conversation_id == conversation_id, TurnRow.intent.is_not(None))
            .order_by(TurnRow.seq.desc())
            .limit(1)
        )
        return self._connection.execute(wanted).scalar_one_or_none()

    def behind(self, *, limit: int) -> Sequence[DeskLink]:
        """Return links whose conversation has gone on."""
        went_on = exists().where(
            ConversationRow.conversation_id == DeskLinkRow.conversation_id,
            ConversationRow.last_seq > DeskLinkRow.noted_seq,
        )
        return self._all(DeskLinkRow.state.in_(_THERE), went_on, limit=limit)

    def over(self, *, limit: int) -> Sequence[DeskLink]:
        """Return links whose handoff neither waits nor talks."""
        open_ = exists().where(
            HandoffRow.handoff_id == DeskLinkRow.handoff_id, HandoffRow.state.in_(_OPEN)
        )
        return self._all(DeskLinkRow.state.in_(_THERE), ~open_, limit=limit)

    def not_opened(self, before: datetime, *, limit: int) -> Sequence[DeskLink]:
        """Return old links that are not at the desk yet."""
        late = (DeskLinkRow.state == LinkState.OPENING, DeskLinkRow.created_at <= before)
        return self._all(*late, limit=limit)

    def to_look_at(self, before: datetime, *, limit: int) -> Sequence[DeskLink]:
        """Return open links nobody has looked at since then."""
        due = (DeskLinkRow.state == LinkState.OPEN, DeskLinkRow.looked_at <= before)
        rows = self._connection.execute(
            select(DeskLinkRow).where(*due).order_by(DeskLinkRow.looked_at).limit(limit)
        )
        return [thing(DeskLink, row) for row in rows]

    def note(self, message: DeskMessage) -> bool:
        """Write it down; False when it is known."""
        return insert_once(self._connection, DeskMessageRow, values(message), key=("key",))

    def message(self, key: str) -> DeskMessage | None:
        """Return the line of that key."""
        wanted = select(DeskMessageRow).where(DeskMessageRow.key == key)
        row = self._connection.execute(wanted).one_or_none()
        return None if row is None else thing(DeskMessage, row)

    def save_message(self, message: DeskMessage) -> None:
        """Write what became of it."""
        self._connection.execute(
            update(DeskMessageRow)
            .where(DeskMessageRow.key == message.key)
            .values(**values(message))
        )

    def crossed(self, handoff_id: str, seqs: Collection[int]) -> Collection[int]:
        """Return which of these stand at the desk."""
        wanted = select(DeskMessageRow.seq).where(
            DeskMessageRow.handoff_id == handoff_id,
            DeskMessageRow.seq.in_(seqs),
            DeskMessageRow.message.is_not(None),
        )
        return {seq for seq in self._connection.execute(wanted).scalars() if seq is not None}

    def take_back(self, conversation_id: str, seq: int, body: Mapping[str, Any]) -> None:
        """Let the log say this instead."""
        self._connection.execute(
            update(EventRow)
            .where(EventRow.conversation_id == conversation_id, EventRow.seq == seq)
            .values(body=dict(body))
        )

    def take(self, events: Sequence[TakenEvent]) -> int:
        """Keep events that are new."""
        taken = 0
        for event in events:
            row = values(event) | {"due_at": event.received_at}
            del row["event_id"]
            taken += insert_once(self._connection, DeskEventRow, row, key=("key",))
        return taken

    def waiting(self, now: datetime, *, limit: int) -> Sequence[TakenEvent]:
        """Return events that are due, first come first."""
        rows = self._connection.execute(
            select(DeskEventRow)
            .where(DeskEventRow.due_at <= now)
            .order_by(DeskEventRow.event_id)
            .limit(limit)
        )
        return [thing(TakenEvent, row) for row in rows]

    def worked(self, event_ids: Collection[int]) -> None:
        """Forget what they said."""
        self._change(event_ids, due_at=None, body={})

    def put_off(self, event_ids: Collection[int], *, until: datetime) -> None:
        """Let them wait, and count the failure."""
        self._change(event_ids, due_at=until, failures=DeskEventRow.failures + 1)

    def _change(self, event_ids: Collection[int], **changes: object) -> None:
        self._connection.execute(
            update(DeskEventRow).where(DeskEventRow.event_id.in_(event_ids)).values(**changes)
        )

    def _one(self, *fits: ColumnElement[bool]) -> DeskLink | None:
        row = self._connection.execute(select(DeskLinkRow).where(*fits)).one_or_none()
        return None if row is None else thing(DeskLink, row)

    def _all(self, *fits: ColumnElement[bool], limit: int) -> Sequence[DeskLink]:
        rows = self._connection.execute(
            select(DeskLinkRow)
            .where(*fits)
            .order_by(DeskLinkRow.created_at, DeskLinkRow.handoff_id)
            .limit(limit)
        )
        return [thing(DeskLink, row) for row in rows]
