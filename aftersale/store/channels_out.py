"""What goes out to messengers, in the database: once each, one at a time in a chat, in order."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import aliased

from aftersale.domain.channels import Send, SendState, Thread
from aftersale.store.insert_once import insert_once
from aftersale.store.rows import thing, values
from aftersale.store.tables_channels import ChannelSendRow, ChannelThreadRow
from aftersale.store.tables_conversations import ConversationRow

_NOT_OVER = (SendState.PENDING, SendState.HELD, SendState.SENDING, SendState.UNKNOWN)
UNSURE = timedelta(minutes=1)  # so long, what may have left is waited for before the next leaves


def _not_over(send: type[ChannelSendRow]) -> ColumnElement[bool]:
    # Written out as the index has it: with bound values it is not used, and all sends are read.
    return send.state.in_([literal_column(f"'{state.value}'") for state in _NOT_OVER])


def _may_leave() -> ColumnElement[bool]:
    # Only the first that is not over may leave. So the lock of its own row is enough for
    # PostgreSQL: whoever waits for it finds it taken and passes on.
    now: BindParameter[datetime] = bindparam("now")
    other = aliased(ChannelSendRow)
    sending, pending = other.state == SendState.SENDING, other.state == SendState.PENDING
    unsure = and_(other.state == SendState.UNKNOWN, other.claimed_at > bindparam("unsure_since"))
    held = and_(other.state == SendState.HELD, ~ChannelSendRow.is_template)
    in_its_way = exists().where(
        other.thread_id == ChannelSendRow.thread_id,
        other.row != ChannelSendRow.row,
        _not_over(other),
        or_(sending, and_(other.row < ChannelSendRow.row, or_(pending, unsure, held))),
    )
    due = and_(ChannelSendRow.state == SendState.PENDING, ChannelSendRow.due_at <= now)
    quiet = exists().where(
        ChannelThreadRow.thread_id == ChannelSendRow.thread_id,
        ChannelThreadRow.quiet_until > now,
    )
    lapsed = and_(ChannelSendRow.state == SendState.SENDING, ChannelSendRow.leased_until <= now)
    return or_(lapsed, and_(due, ~in_its_way, ~quiet))


# Built once: that takes longer than running it.
_DUE = (
    select(ChannelSendRow.row, ChannelSendRow.state)
    .where(_not_over(ChannelSendRow), _may_leave())
    .order_by(ChannelSendRow.due_at, ChannelSendRow.row)
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True, of=ChannelSendRow)
)


class SqlChannelsOut:
    """The way out of the `Channels` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.told_of: set[str] = set()  # conversations of which a message got further, or failed

    def behind(
        self,
        *,
        limit: int,
        accounts: Collection[str] | None = None,
        since: datetime | None = None,
    ) -> Sequence[Thread]:
        """Return threads whose conversation has said more than is written down as sends."""
        # Not the bare column: by its index all chats would be read, and few have anything new.
        named = ChannelThreadRow.account.concat("")
        of_them = true() if accounts is None else named.in_(accounts)
        lately = true() if since is None else ConversationRow.active_at >= since
        rows = self._connection.execute(
            select(ChannelThreadRow)
            .join(
                ConversationRow,
                ConversationRow.conversation_id == ChannelThreadRow.conversation_id,
            )
            .where(ConversationRow.last_seq > ChannelThreadRow.noted_seq, of_them, lately)
            .order_by(ConversationRow.active_at, ChannelThreadRow.thread_id)
            .limit(limit)
        )
        return [thing(Thread, row) for row in rows]

    def add_send(self, send: Send) -> bool:
        """Write it, unless that part of that event is there already."""
        key = ("thread_id", "conversation_id", "seq", "part")
        return insert_once(self._connection, ChannelSendRow, values(send), key=key)

    def send(self, send_id: str) -> Send | None:
        """Return the send of that id."""
        return self._one(ChannelSendRow.send_id == send_id)

    def send_by_ref(self, account: str, ref: str) -> Send | None:
        """Return the newest send of the account that the provider calls so."""
        theirs = exists().where(
            ChannelThreadRow.thread_id == ChannelSendRow.thread_id,
            ChannelThreadRow.account == account,
        )
        return self._one(ChannelSendRow.ref == ref, theirs)

    def _one(self, *fits: ColumnElement[bool]) -> Send | None:
        newest = select(ChannelSendRow).where(*fits).order_by(ChannelSendRow.row.desc()).limit(1)
        row = self._connection.execute(newest).one_or_none()
        return None if row is None else thing(Send, row)

    def sends_of(self, conversation_id: str, *, since: int) -> Sequence[Send]:
        """Return the sends of events after `since`, oldest first."""
        rows = self._connection.execute(
            select(ChannelSendRow)
            .where(ChannelSendRow.conversation_id == conversation_id, ChannelSendRow.seq > since)
            .order_by(ChannelSendRow.seq, ChannelSendRow.part, ChannelSendRow.row)
        )
        return [thing(Send, row) for row in rows]

    def claim_sends(self, now: datetime, *, lease: float, limit: int) -> Sequence[Send]:
        """Make the first due send of each thread SENDING and return them."""
        named = {"now": now, "unsure_since": now - UNSURE, "at_most": limit}
        found = self._connection.execute(_DUE, named).all()
        until = now + timedelta(seconds=lease)
        lapsed = [row for row, state in found if state is SendState.SENDING]
        fresh = [row for row, state in found if state is SendState.PENDING]
        self._claim(lapsed, leased_until=until, lapsed=True)
        self._claim(fresh, leased_until=until, lapsed=False, claimed_at=now)
        return self._claimed([row for row, _ in found])

    def _claim(self, rows: Sequence[int], **changes: object) -> None:
        if rows:
            self._connection.execute(
                update(ChannelSendRow)
                .where(ChannelSendRow.row.in_(rows))
                .values(state=SendState.SENDING, attempts=ChannelSendRow.attempts + 1, **changes)
            )

    def _claimed(self, rows: Sequence[int]) -> Sequence[Send]:
        if not rows:
            return []
        found = self._connection.execute(
            select(ChannelSendRow)
            .where(ChannelSendRow.row.in_(rows))
            .order_by(ChannelSendRow.due_at, ChannelSendRow.row)
        )
        return [thing(Send, row) for row in found]

    def save_send(self, send: Send) -> None:
        """Write what became of it."""
        self.told_of.add(send.conversation_id)
        self._connection.execute(
            update(ChannelSendRow)
            .where(ChannelSendRow.send_id == send.send_id)
            .values(**values(send))
        )

    def change_sends(
        self,
        thread_id: str,
        of: Collection[SendState],
        to: SendState,
        *,
        now: datetime,
        seq: int | None = None,
    ) -> int:
        """Move all sends of a thread, or of one event, in one of these states; return how many."""
        of_event = () if seq is None else (ChannelSendRow.seq == seq,)
        return self._connection.execute(
            update(ChannelSendRow)
            .where(ChannelSendRow.thread_id == thread_id, ChannelSendRow.state.in_(of), *of_event)
            .values(state=to, due_at=now)
        ).rowcount

    def counts(self) -> Mapping[tuple[str, SendState], int]:
        """Return how many sends of each account are in each state that is not over."""
        rows = self._connection.execute(
            select(ChannelThreadRow.account, ChannelSendRow.state, func.count())
            .join(ChannelThreadRow, ChannelThreadRow.thread_id == ChannelSendRow.thread_id)
            .where(_not_over(ChannelSendRow))
            .group_by(ChannelThreadRow.account, ChannelSendRow.state)
        )
        return {(account, state): number for account, state, number in rows}
