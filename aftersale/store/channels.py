"""Chats of messengers, whose they are, and what crosses there, in the database."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, insert, select, update

from aftersale.domain.channels import Link, SendState, Thread
from aftersale.store.channels_in import SqlChannelsIn
from aftersale.store.channels_out import SqlChannelsOut
from aftersale.store.insert_once import insert_once
from aftersale.store.rows import thing, values
from aftersale.store.tables_channels import (
    ChannelCursorRow,
    ChannelEventRow,
    ChannelLinkRow,
    ChannelSendRow,
    ChannelThreadRow,
)
from aftersale.store.tables_conversations import ConversationRow

_NOT_LEFT = (SendState.PENDING, SendState.HELD)


class SqlChannels(SqlChannelsIn, SqlChannelsOut):
    """The `Channels` port; what crosses is in the classes it extends."""

    def __init__(self, connection: Connection) -> None:
        SqlChannelsOut.__init__(self, connection)

    def thread(self, account: str, address: str) -> Thread | None:
        """Return the chat at that address of an account."""
        return self._thread(
            ChannelThreadRow.account == account, ChannelThreadRow.address == address
        )

    def thread_by_id(self, thread_id: str) -> Thread | None:
        """Return the thread of that id."""
        return self._thread(ChannelThreadRow.thread_id == thread_id)

    def locked(self, thread_id: str) -> Thread | None:
        """Return it, held until the transaction ends."""
        # Rows that only name the thread may still be written: no wait, and no deadlock.
        wanted = select(ChannelThreadRow).where(ChannelThreadRow.thread_id == thread_id)
        row = self._connection.execute(wanted.with_for_update(key_share=True)).one_or_none()
        return None if row is None else thing(Thread, row)

    def _thread(self, *fits: ColumnElement[bool]) -> Thread | None:
        row = self._connection.execute(select(ChannelThreadRow).where(*fits)).one_or_none()
        return None if row is None else thing(Thread, row)

    def threads_of(self, conversation_id: str) -> Sequence[Thread]:
        """Return the chats where a conversation is held, oldest first."""
        rows = self._connection.execute(
            select(ChannelThreadRow)
            .where(ChannelThreadRow.conversation_id == conversation_id)
            .order_by(ChannelThreadRow.created_at, ChannelThreadRow.thread_id)
        )
        return [thing(Thread, row) for row in rows]

    def add_thread(self, thread: Thread) -> Thread:
        """Write a new thread; return the stored one, another's when it was faster."""
        key = ("account", "address")
        if insert_once(self._connection, ChannelThreadRow, values(thread), key=key):
            return thread
        return self.thread(thread.account, thread.address) or thread

    def save_thread(self, thread: Thread) -> None:
        """Write what changed."""
        if thread.unreachable_at is not None and thread.conversation_id is not None:
            self.told_of.add(thread.conversation_id)  # people at the desk see it at once
        self._connection.execute(
            update(ChannelThreadRow)
            .where(ChannelThreadRow.thread_id == thread.thread_id)
            .values(**values(thread))
        )

    def forget(self, conversation_id: str) -> None:
        """Delete what was said there, both ways, and how its buyer calls themself."""
        own = ChannelSendRow.conversation_id == conversation_id
        self._connection.execute(
            update(ChannelSendRow)
            .where(own, ChannelSendRow.state.in_(_NOT_LEFT))
            .values(state=SendState.WITHDRAWN)
        )
        self._connection.execute(update(ChannelSendRow).where(own).values(body={}, options=()))
        theirs = ChannelThreadRow.conversation_id == conversation_id
        threads = select(ChannelThreadRow.thread_id).where(theirs)
        self._connection.execute(
            update(ChannelEventRow)
            .where(ChannelEventRow.thread_id.in_(threads), ChannelEventRow.due_at.is_not(None))
            .values(due_at=None, body={})
        )
        # What was not sent yet is gone; what is said from now on still reaches the buyer.
        end = select(ConversationRow.last_seq).where(
            ConversationRow.conversation_id == conversation_id
        )
        self._connection.execute(
            update(ChannelThreadRow)
            .where(theirs)
            .values(name="", choices=(), topic="", noted_seq=end.scalar_subquery())
        )

    def add_link(self, link: Link) -> None:
        """Write a new link."""
        self._connection.execute(insert(ChannelLinkRow).values(**values(link)))

    def link_of(self, thread_id: str) -> Link | None:
        """Return the link of a thread that is not revoked; there is one at most."""
        row = self._connection.execute(
            select(ChannelLinkRow).where(
                ChannelLinkRow.thread_id == thread_id, ChannelLinkRow.revoked_at.is_(None)
            )
        ).one_or_none()
        return None if row is None else thing(Link, row)

    def links_of_buyer(self, storefront: str, buyer_id: str) -> Sequence[Link]:
        """Return all links of a buyer, newest first."""
        rows = self._connection.execute(
            select(ChannelLinkRow)
            .where(ChannelLinkRow.storefront == storefront, ChannelLinkRow.buyer_id == buyer_id)
            .order_by(ChannelLinkRow.linked_at.desc(), ChannelLinkRow.link_id)
        )
        return [thing(Link, row) for row in rows]

    def save_link(self, link: Link) -> None:
        """Write what changed."""
        self._connection.execute(
            update(ChannelLinkRow)
            .where(ChannelLinkRow.link_id == link.link_id)
            .values(**values(link))
        )

    def cursor(self, account: str) -> str | None:
        """Return where the next look begins."""
        kept = select(ChannelCursorRow.cursor).where(ChannelCursorRow.account == account)
        return self._connection.execute(kept).scalar_one_or_none()

    def save_cursor(self, account: str, cursor: str | None) -> None:
        """Remember where the next look begins."""
        row = {"account": account, "cursor": cursor}
        if not insert_once(self._connection, ChannelCursorRow, row, key=("account",)):
            self._connection.execute(
                update(ChannelCursorRow)
                .where(ChannelCursorRow.account == account)
                .values(cursor=cursor)
            )
