"""What services need of messengers; `ports_channel_store` is what is kept about them.

A connector is pure but for `send`, `fetch`, `pull` and the two signs. Everything that a provider
says is a stranger's word: it is verified, parsed, masked and stored before it is answered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from aftersale.domain.capabilities import Capabilities
from aftersale.domain.channels import (
    Account,
    Choice,
    Inbound,
    Media,
    SendState,
)
from aftersale.services.ports_channel_store import ChannelEvent as ChannelEvent
from aftersale.services.ports_channel_store import Channels as Channels

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
    """Everything that one delivery says, in its order.

    `ignored` counts what is about others or says nothing; `troubles` are the provider's codes of
    what is wrong with our account, for operators.
    """

    inbound: tuple[Inbound, ...] = ()
    statuses: tuple[Status, ...] = ()
    ignored: int = 0
    troubles: tuple[str, ...] = ()


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

    `answers` is the event_id of what the buyer wrote last, `topic` the thread's.
    """

    address: str
    body: Mapping[str, Any]
    token: str
    files: tuple[OutFile, ...] = ()
    answers: str | None = None
    topic: str = ""


class Connector(Protocol):
    """One account on one channel. Made by `bootstrap_channels` from `channels.yml`."""

    @property
    def account(self) -> Account: ...
    @property
    def capabilities(self) -> Capabilities: ...
    @property
    def puller(self) -> "Puller | None":
        """Return what asks the provider for news; None: the provider calls our webhook."""
        ...

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
        """Return a file that came in. I/O; raises as `send` does, Gone when it is over.

        UploadRefused, where the provider says that it is larger or no photo or PDF.
        """
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


@runtime_checkable
class Challenged(Protocol):
    """A connector whose provider asks first whether the address is ours."""

    def challenge(self, query: Mapping[str, str]) -> str:
        """Return the answer, pure; raises NotSigned when the question is not the provider's."""
        ...


class Puller(Protocol):
    """A channel that is asked for news instead of telling them."""

    def pull(self, cursor: str | None, now: datetime) -> Pulled:
        """Wait for news and return them; raises ChannelTrouble. Ends soon after `stop`."""
        ...

    def stop(self) -> None: ...
