"""What the store keeps about messengers: threads, what came in, what leaves, links."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from aftersale.domain.channels import Link, Send, SendState, Thread


@dataclass(frozen=True, slots=True)
class ChannelEvent:
    """What came in and waits to be worked off; `body` is masked (`services/channels/keeping`)."""

    row: int  # given by the store
    account: str
    event_id: str
    thread_id: str
    received_at: datetime
    at: datetime
    order: int | None
    hash: str  # keyed, of the delivery's raw words: tells a repetition from a change
    body: dict[str, Any] = field(default_factory=dict)
    failures: int = 0


class Channels(Protocol):
    """What the store keeps about messengers."""

    def thread(self, account: str, address: str) -> Thread | None: ...
    def thread_by_id(self, thread_id: str) -> Thread | None: ...
    def locked(self, thread_id: str) -> Thread | None:
        """Return it and keep it from being changed until the transaction ends.

        Whoever holds its conversation, too, holds the thread first.
        """
        ...

    def threads_of(self, conversation_id: str) -> Sequence[Thread]: ...
    def add_thread(self, thread: Thread) -> Thread:
        """Write a new thread; return the stored one, another's when it was faster."""
        ...

    def save_thread(self, thread: Thread) -> None:
        """Write what changed; the caller holds it."""
        ...

    def take(self, event: ChannelEvent) -> bool:
        """Keep an event; False when the account has one of that id. `row` is given here."""
        ...

    def claim_threads(
        self, now: datetime, *, lease: float, limit: int, settled: Mapping[str, datetime]
    ) -> Sequence[str]:
        """Lease threads with due events that nobody works on; return their ids.

        `settled`: an event of that account may be worked off when it came before then, or when
        the events of its account stand in `order` without a gap up to it. Accounts that it does
        not name are left alone, and so are threads whose first event has to wait.
        """
        ...

    def release_thread(self, thread_id: str) -> None: ...
    def waiting(
        self, thread_id: str, now: datetime, *, limit: int, settled: datetime
    ) -> Sequence[ChannelEvent]:
        """Return its events in the order they happened: by `order`, else `at`, else `row`.

        Nothing overtakes: they end before the first that is not due or not settled.
        """
        ...

    def worked(self, rows: Collection[int]) -> int:
        """Forget what they said: they are done, known only by id and hash.

        Returns how many of them had waited until now.
        """
        ...

    def put_off(
        self, rows: Collection[int], *, until: datetime, is_failure: bool = True
    ) -> None: ...

    def behind(
        self,
        *,
        limit: int,
        accounts: Collection[str] | None = None,
        since: datetime | None = None,
    ) -> Sequence[Thread]:
        """Return threads whose conversation has said more than is written down as sends.

        Only of these accounts: what belongs to one that is not configured any more waits.
        `since`: only where something happened from then on, which is quick among many.
        """
        ...

    def add_send(self, send: Send) -> bool:
        """Write it; False when that part of that event is there already."""
        ...

    def send(self, send_id: str) -> Send | None: ...
    def send_by_ref(self, account: str, ref: str) -> Send | None: ...
    def sends_of(self, conversation_id: str, *, since: int) -> Sequence[Send]:
        """Return the sends of events after `since`, oldest first."""
        ...

    def claim_sends(self, now: datetime, *, lease: float, limit: int) -> Sequence[Send]:
        """Make the first due send of each thread SENDING and return them.

        A thread is passed over while one of its sends is SENDING, while it is quiet, or while a
        younger-than-a-minute UNKNOWN stands before it (counted from its claim), or anything HELD
        (but for a template). Where a lease of SENDING is over, the send is returned again as it
        stands, with `lapsed`: only one that repeats safely may leave again. Attempts are counted.
        """
        ...

    def save_send(self, send: Send) -> None: ...
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
        ...

    def counts(self) -> Mapping[tuple[str, SendState], int]:
        """Return how many sends of each account are in each state that is not over."""
        ...

    def forget(self, conversation_id: str) -> None:
        """Delete what was said there, both ways, and how its buyer calls themself."""
        ...

    def add_link(self, link: Link) -> None:
        """Write a new link; the thread has no other one that is not revoked."""
        ...

    def link_of(self, thread_id: str) -> Link | None:
        """Return its newest link that is not revoked."""
        ...

    def links_of_buyer(self, storefront: str, buyer_id: str) -> Sequence[Link]: ...
    def save_link(self, link: Link) -> None: ...

    def cursor(self, account: str) -> str | None: ...
    def save_cursor(self, account: str, cursor: str | None) -> None: ...
