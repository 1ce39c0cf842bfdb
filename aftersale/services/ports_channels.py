"""What services need of messengers, and of what the store keeps about them.

A connector is pure but for `send`, `fetch`, `pull` and the two signs. Everything that a provider
says is a stranger's word: it is verified, parsed, masked and stored before it is answered.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from aftersale.domain.capabilities import Capabilities
from aftersale.domain.channels import (
    Account,
    Choice,
    Inbound,
    Link,
    Media,
    Send,
    SendState,
    Thread,
)

Block = Mapping[str, Any]


class NotSigned(Exception):
    """The request does not come from the provider."""


class Unreadable(Exception):
    """It is signed, but says nothing that we know."""


class ChannelTrouble(Exception):
    """A call that did not do what was asked. `code` is the provider's word, for operators."""

    def __init__(self, code: str = "") -> None:
        super().__init__(code)
        self.code = code


class Unreachable(ChannelTrouble):
    """It certainly did not arrive: it is tried again."""


class Uncertain(ChannelTrouble):
    """Nobody knows whether it arrived."""


class Busy(ChannelTrouble):
    """Not before `seconds` have passed; `whole_account`: that holds for every chat."""

    def __init__(self, code: str, seconds: float, *, whole_account: bool = False) -> None:
        super().__init__(code)
        self.seconds, self.whole_account = seconds, whole_account


class WindowClosed(ChannelTrouble):
    """The channel takes nothing but a template until the buyer writes."""


class Gone(ChannelTrouble):
    """Nothing reaches this buyer here: they blocked us, or there is nobody."""


class Refused(ChannelTrouble):
    """This message is not taken, now or later: our fault, an operator looks."""


class Shut(ChannelTrouble):
    """Nothing gets through: our key or account is not good any more. An operator must act."""


@dataclass(frozen=True, slots=True)
class Status:
    """What a provider tells of a message of ours: by its own id, or by the token we gave it."""

    state: SendState
    at: datetime
    ref: str | None = None
    token: str | None = None
    code: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """Everything that one delivery says, in its order."""

    inbound: tuple[Inbound, ...] = ()
    statuses: tuple[Status, ...] = ()


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a look at the provider brought, and where the next one begins."""

    parsed: Parsed
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Rendered:
    """One provider message, JSON-ready, and what its numbers stand for.

    `attachment_ids` are files of ours that `send` gets the content of.
    """

    body: dict[str, Any]
    options: tuple[Choice, ...] = ()
    attachment_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutFile:
    """A file that goes with a send."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Out:
    """One send. `token` is ours, always the same for the same message.

    `answers` is the event_id of what the buyer wrote last.
    """

    address: str
    body: Mapping[str, Any]
    token: str
    files: tuple[OutFile, ...] = ()
    answers: str | None = None


class Connector(Protocol):
    """One account on one channel. Made by `bootstrap_channels` from `channels.yml`."""

    @property
    def account(self) -> Account: ...
    @property
    def capabilities(self) -> Capabilities: ...
    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raise NotSigned unless the provider sent it. Pure; header names in lower case."""
        ...

    def parse(self, body: bytes, now: datetime) -> Parsed:
        """Return everything a delivery says. Pure; raises Unreadable, and nothing else."""
        ...

    def render(self, blocks: Sequence[Block], capabilities: Capabilities) -> list[Rendered]:
        """Return blocks of the log as provider messages. Pure."""
        ...

    def template(self, locale: str, variables: Mapping[str, str]) -> Rendered | None:
        """Return what asks the buyer to write while the window is closed; None: there is none."""
        ...

    def send(self, out: Out) -> str | None:
        """Send one message and return the provider's id of it. I/O.

        Raises:
            Unreachable, Uncertain, Busy, WindowClosed, Gone, Refused, Shut.
        """
        ...

    def fetch(self, media: Media, *, most: int) -> bytes:
        """Return a file that came in. I/O; raises as `send` does, Gone when it is over."""
        ...

    def read(self, address: str, event_id: str) -> None:
        """Show that it was read. I/O; raises ChannelTrouble."""
        ...

    def typing(self, address: str, event_id: str | None) -> None:
        """Show that somebody types. I/O; raises ChannelTrouble."""
        ...

    def taken(self, inbound: Inbound) -> None:
        """Tell the provider what it waits for beside the 200 (a pressed button). I/O."""
        ...


class Puller(Protocol):
    """A channel that is asked for news instead of telling them."""

    def pull(self, cursor: str | None, now: datetime) -> Pulled:
        """Wait for news and return them; raises ChannelTrouble. Ends soon after `stop`."""
        ...

    def stop(self) -> None: ...


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
        """Return it and keep it from being changed until the transaction ends."""
        ...

    def threads_of(self, conversation_id: str) -> Sequence[Thread]: ...
    def add_thread(self, thread: Thread) -> Thread:
        """Write a new thread; return the stored one, another's when it was faster."""
        ...

    def save_thread(self, thread: Thread) -> None: ...

    def take(self, event: ChannelEvent) -> bool:
        """Keep an event; False when the account has one of that id. `row` is given here."""
        ...

    def claim_threads(
        self, now: datetime, *, lease: float, limit: int, settled: Mapping[str, datetime]
    ) -> Sequence[str]:
        """Lease threads with due events that nobody works on; return their ids.

        `settled`: an event of that account may be worked off when it came before then, or when
        the events of its account stand in `order` without a gap up to it.
        """
        ...

    def release_thread(self, thread_id: str) -> None: ...
    def waiting(self, thread_id: str, now: datetime, *, limit: int) -> Sequence[ChannelEvent]:
        """Return its due events in the order they happened: by `order`, else `at`, else `row`."""
        ...

    def worked(self, rows: Collection[int]) -> None:
        """Forget what they said: they are done, known only by id and hash."""
        ...

    def put_off(self, rows: Collection[int], *, until: datetime) -> None: ...

    def behind(self, *, limit: int) -> Sequence[Thread]:
        """Return threads whose conversation has said more than is written down as sends."""
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
        younger-than-a-minute UNKNOWN stands before it. Where a lease of SENDING is over, the send
        is returned again as it stands (SENDING, attempts counted).
        """
        ...

    def save_send(self, send: Send) -> None: ...
    def change_sends(
        self, thread_id: str, of: Collection[SendState], to: SendState, *, now: datetime
    ) -> int:
        """Move all sends of a thread in one of these states; return how many."""
        ...

    def counts(self) -> Mapping[tuple[str, SendState], int]:
        """Return how many sends of each account are in each state that is not over."""
        ...

    def add_link(self, link: Link) -> None: ...
    def link_of(self, thread_id: str) -> Link | None:
        """Return its newest link that is not revoked."""
        ...

    def links_of_buyer(self, storefront: str, buyer_id: str) -> Sequence[Link]: ...
    def save_link(self, link: Link) -> None: ...

    def cursor(self, account: str) -> str | None: ...
    def save_cursor(self, account: str, cursor: str | None) -> None: ...
