"""What services need of a desk that somebody else runs, and of what the store keeps about it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from aftersale.domain.conversations import Author
from aftersale.errors import ProviderUnavailable


class DeskBusy(ProviderUnavailable):
    """The desk asks for patience: not again before `seconds` have passed."""

    def __init__(self, detail: str, seconds: float) -> None:
        super().__init__(detail)
        self.seconds = seconds


class DeskShut(ProviderUnavailable):
    """The desk does not accept our key: nothing gets through until an operator looks."""


class DeskStatus(StrEnum):
    """What the desk says of its conversation."""

    OPEN = "open"
    PENDING = "pending"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class DeskEventKind(StrEnum):
    """What happened at the desk."""

    REPLY = "reply"  # an agent wrote to the buyer
    REMOVED = "removed"  # an agent took a message back
    STATUS = "status"
    ASSIGNED = "assigned"  # to `agent`, or to nobody
    TYPING = "typing"


@dataclass(frozen=True, slots=True)
class DeskAgent:
    """A person at the desk: the desk's id of them, and the name that buyers read."""

    ref: str
    name: str
    is_free: bool = True  # False: there, but taking nobody new


@dataclass(frozen=True, slots=True)
class DeskFile:
    """Something that an agent sent. The address is the desk's word: not to be trusted."""

    url: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class DeskEvent:
    """One thing that happened there. `ref` is the desk's id of the conversation."""

    kind: DeskEventKind
    ref: str
    message: int | None = None  # the desk's id of the message
    text: str = ""
    agent: DeskAgent | None = None
    files: tuple[DeskFile, ...] = ()
    status: DeskStatus | None = None
    source: str | None = None  # what the message was called by whoever posted it
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one callback said, and the name under which a repetition of it is known."""

    key: str
    events: tuple[DeskEvent, ...]


@dataclass(frozen=True, slots=True)
class LineFile:
    """A photo or document that goes with a line."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One line of the conversation as the desk gets it. `key` is ours: it is there once."""

    key: str
    author: Author
    name: str  # who said it, for people
    text: str
    files: tuple[LineFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the desk is told of a buyer who wants a person."""

    handoff_id: str
    contact: str  # names the buyer at the desk, always the same for the same buyer
    name: str
    attributes: Mapping[str, str]
    transcript: str


@dataclass(frozen=True, slots=True)
class DeskRefs:
    """Where it lies at the desk: the conversation, its session key, the note that opened it."""

    ref: str
    source: str
    first_message: int


@dataclass(frozen=True, slots=True)
class DeskView:
    """What a look at the conversation shows."""

    replies: tuple[DeskEvent, ...]
    newest: int  # the newest message that nothing older can come after any more
    status: DeskStatus | None
    agent: DeskAgent | None
    until: datetime | None = None  # put aside until then


class Desk(Protocol):
    """A desk of somebody else. Everything but `on_event` calls it, and takes its time.

    Raises, where it calls: ProviderRefused (a definite no), DeskBusy, DeskShut,
    ProviderUnavailable (nobody knows; asking again finds out).
    """

    @property
    def name(self) -> str: ...
    def open(self, wanted: Wanted) -> DeskRefs:
        """Open the conversation there with what was said so far; a second time finds it."""
        ...

    def append(self, ref: str, line: DeskLine, *, since: int, again: bool) -> int:
        """Post one line and return the desk's id of it.

        `again`: an earlier try may have got through, so what came after `since` is looked at
        first.
        """
        ...

    def tell(self, ref: str, attributes: Mapping[str, str]) -> None:
        """Put these beside the conversation, over what stands there under the same names."""
        ...

    def typing(self, refs: DeskRefs, *, on: bool) -> None:
        """Show agents that the buyer types; not everybody can."""
        ...

    def close(self, ref: str) -> None: ...
    def on_event(
        self, raw: bytes, headers: Mapping[str, str], now: datetime, *, vouched: bool = False
    ) -> Delivery:
        """Return what a callback says. Pure.

        `vouched`: it came to a secret address, so it need not be signed as well.

        Raises:
            CallbackInvalid: it is not signed by the desk, too old, or no event.
        """
        ...

    def reconcile(self, ref: str, since: int, now: datetime) -> DeskView:
        """Return what callbacks may have kept from us: messages after `since`, and the state."""
        ...

    def fetch(self, file: DeskFile, *, most: int) -> bytes:
        """Return a file of at most so many bytes.

        Raises:
            ProviderRefused: it is larger, or lies elsewhere than at the desk.
        """
        ...

    def present(self) -> Sequence[DeskAgent]:
        """Return who is there now, also those who take nobody new."""
        ...


class CallbackInvalid(Exception):
    """A callback that is not to be believed, or says nothing; `is_signed` tells which."""

    def __init__(self, *, is_signed: bool) -> None:
        super().__init__("signed" if is_signed else "not signed")
        self.is_signed = is_signed


class LinkState(StrEnum):
    """How far a handoff is at the desk."""

    OPENING = "opening"
    OPEN = "open"
    ENDED = "ended"
    LOST = "lost"  # the desk never took it, or has forgotten it


@dataclass(frozen=True, slots=True)
class DeskLink:
    """A handoff of ours and the desk's conversation that stands for it."""

    handoff_id: str
    conversation_id: str
    state: LinkState
    created_at: datetime
    ref: str | None = None  # the desk's id of its conversation
    source: str | None = None
    noted_seq: int = 0  # up to here our log is in the outbox
    sent_seq: int = 0  # up to here it is at the desk
    sent_message: int = 0  # the desk's id of the newest line we know we posted
    seen_message: int = 0  # up to here the desk's messages were looked at
    looked_at: datetime | None = None
    status: DeskStatus | None = None
    agent_ref: str | None = None
    agent_name: str | None = None
    told_until: datetime | None = None  # until when what stands beside it is true

    @property
    def refs(self) -> DeskRefs | None:
        """Where it lies at the desk; None before it is there."""
        if self.ref is None or self.source is None:
            return None
        return DeskRefs(self.ref, self.source, self.sent_message)


@dataclass(frozen=True, slots=True)
class DeskMessage:
    """A line that crossed: ours at the desk, or the desk's in our log. Each crosses once."""

    key: str
    handoff_id: str
    at: datetime
    seq: int | None = None  # in our log
    message: int | None = None  # at the desk


@dataclass(frozen=True, slots=True)
class TakenEvent:
    """An event that was taken in and waits to be worked off; `body` is masked."""

    event_id: int
    key: str
    ref: str
    received_at: datetime
    body: dict[str, Any] = field(default_factory=dict)
    failures: int = 0


class DeskLinks(Protocol):
    """What the store keeps about an outside desk."""

    def unlinked(self, *, since: datetime, limit: int) -> Sequence[str]:
        """Return ids of waiting handoffs, asked for since then, that have no link yet."""
        ...

    def add(self, link: DeskLink) -> bool:
        """Write a new link; False when the handoff has one."""
        ...

    def get(self, handoff_id: str) -> DeskLink | None: ...
    def locked(self, handoff_id: str) -> DeskLink | None:
        """Return it and keep it from being changed until the transaction ends."""
        ...

    def by_ref(self, ref: str) -> DeskLink | None:
        """Return the newest link of that conversation: it stands for one after another."""
        ...

    def save(self, link: DeskLink) -> None: ...
    def last_seq(self, conversation_id: str) -> int:
        """Return how far the log of the conversation is."""
        ...

    def last_intent(self, conversation_id: str) -> str | None:
        """Return how the bot understood the buyer last."""
        ...

    def behind(self, *, limit: int) -> Sequence[DeskLink]:
        """Return links whose conversation has said more than is in the outbox."""
        ...

    def over(self, *, limit: int) -> Sequence[DeskLink]:
        """Return links at the desk whose handoff is over."""
        ...

    def not_opened(self, before: datetime, *, limit: int) -> Sequence[DeskLink]:
        """Return links made before then that are not at the desk yet."""
        ...

    def to_look_at(self, before: datetime, *, limit: int) -> Sequence[DeskLink]:
        """Return open links that nobody has looked at since then, the longest first."""
        ...

    def note(self, message: DeskMessage) -> bool:
        """Write down that a line crosses; False when it is known already."""
        ...

    def message(self, key: str) -> DeskMessage | None: ...
    def save_message(self, message: DeskMessage) -> None: ...
    def crossed(self, handoff_id: str, seqs: Collection[int]) -> Collection[int]:
        """Return which of these of our log are known to stand at the desk."""
        ...

    def take_back(self, conversation_id: str, seq: int, body: Mapping[str, Any]) -> None:
        """Let an event of our log say this instead of what it said."""
        ...

    def take(self, events: Sequence[TakenEvent]) -> int:
        """Keep events; return how many are new. `event_id` is given here."""
        ...

    def waiting(self, now: datetime, *, limit: int) -> Sequence[TakenEvent]:
        """Return events that are due, first come first."""
        ...

    def worked(self, event_ids: Collection[int]) -> None:
        """Forget what they said: they are done, and known only by their key."""
        ...

    def put_off(self, event_ids: Collection[int], *, until: datetime) -> None: ...
