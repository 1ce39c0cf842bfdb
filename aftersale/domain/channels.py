"""Channels: the messengers that buyers write from, and how far a message of ours got."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    """Where a conversation is held. `chat` is our own widget."""

    CHAT = "chat"
    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    EMAIL = "email"
    MATRIX = "matrix"


class InboundKind(StrEnum):
    """What came in."""

    MESSAGE = "message"  # words, photos or both
    PRESSED = "pressed"  # a button or a row of a list that we offered; `payload` is its id
    START = "start"  # the chat was opened, perhaps with a token of ours in `payload`
    EDITED = "edited"  # an earlier message says something else now; it repeats nothing
    REVOKED = "revoked"  # an earlier message was taken back; `about` names it
    REACTION = "reaction"  # a sign under a message; never an answer
    UNSUPPORTED = "unsupported"  # something we cannot use; `what` names it
    LEFT = "left"  # the buyer blocked us or left: nothing reaches them there
    RETURNED = "returned"  # the buyer let us in again, and said nothing
    MOVED = "moved"  # the chat has another address now: `payload`


class Unusable(StrEnum):
    """What `UNSUPPORTED` may be; each is explained in words."""

    VOICE = "voice"
    VIDEO = "video"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACTS = "contacts"
    POLL = "poll"
    ENCRYPTED = "encrypted"
    FILE = "file"  # neither a photo nor a PDF
    EMPTY = "empty"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Media:
    """A file as the provider names it. Everything in it is the sender's word."""

    media_id: str
    media_type: str = ""
    name: str = ""
    size: int | None = None
    sha256: str | None = None  # in hex


@dataclass(frozen=True, slots=True)
class Inbound:
    """One thing that happened in a chat of a messenger.

    `event_id` is the provider's and names it for ever within the account; `address` is where an
    answer goes; `order` rises by one with every event of the account where the provider counts.
    """

    event_id: str
    address: str
    sender: str
    kind: InboundKind
    at: datetime
    text: str = ""
    payload: str | None = None
    media: tuple[Media, ...] = ()
    what: Unusable | None = None
    is_private: bool = True
    name: str = ""  # how the sender calls themself: shown to agents, never believed
    language: str = ""
    order: int | None = None
    album: str | None = None  # photos that were sent together
    about: str | None = None  # the event_id of the message that it edits, answers or reacts to
    topic: str = ""  # the subject of a mail


class SendState(StrEnum):
    """How far a message of ours got."""

    PENDING = "pending"
    HELD = "held"  # the channel takes nothing now: it leaves when the buyer writes
    SENDING = "sending"
    UNKNOWN = "unknown"  # it may have left: only a status tells; it is never sent blindly again
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"  # the chat is no longer that buyer's


SEND_MOVES: Mapping[SendState, frozenset[SendState]] = {
    SendState.PENDING: frozenset(
        {
            SendState.SENDING,
            SendState.HELD,
            SendState.SENT,  # these three: a try that seemed to have failed had got through
            SendState.DELIVERED,
            SendState.READ,
            SendState.FAILED,
            SendState.WITHDRAWN,
        }
    ),
    SendState.HELD: frozenset({SendState.PENDING, SendState.FAILED, SendState.WITHDRAWN}),
    SendState.SENDING: frozenset(
        {
            SendState.PENDING,  # a definite "not now"
            SendState.HELD,
            SendState.UNKNOWN,
            SendState.SENT,
            SendState.DELIVERED,
            SendState.READ,
            SendState.FAILED,
            SendState.WITHDRAWN,  # taken up, but it never left
        }
    ),
    SendState.UNKNOWN: frozenset(
        {SendState.SENT, SendState.DELIVERED, SendState.READ, SendState.FAILED}
    ),
    SendState.SENT: frozenset({SendState.DELIVERED, SendState.READ, SendState.FAILED}),
    SendState.DELIVERED: frozenset({SendState.READ}),
    SendState.READ: frozenset(),
    SendState.FAILED: frozenset(),
    SendState.WITHDRAWN: frozenset(),
}


def may_become(now: SendState, then: SendState) -> bool:
    """Whether a status is news: delivery never goes backwards, however statuses come in."""
    return then in SEND_MOVES[now]


class LinkLevel(StrEnum):
    """How a chat was linked to a buyer, weakest first."""

    CODE = "code"  # a one-time code from the address on file was typed into the chat
    SHOP = "shop"  # a one-time link from the signed-in shop was opened in the chat


LEVELS = tuple(LinkLevel)


def reaches(level: LinkLevel, wanted: LinkLevel) -> bool:
    """Whether a link of that level is enough."""
    return LEVELS.index(level) >= LEVELS.index(wanted)


@dataclass(frozen=True, slots=True)
class Account:
    """One address of ours on a channel: a number, a bot, a mailbox. It serves one storefront."""

    name: str  # ours: in the webhook's address and in the store
    channel: Channel
    storefront: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What a number or a title, typed as an answer, stands for: the id of a button."""

    button_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Thread:
    """One chat at a provider and the conversation that is held in it now."""

    thread_id: str
    account: str
    channel: Channel
    address: str
    storefront: str
    created_at: datetime
    conversation_id: str | None = None
    sender: str = ""
    name: str = ""
    language: str = ""
    heard_at: datetime | None = None  # when the buyer wrote last, by the provider's clock
    heard: str | None = None  # the event_id of that
    noted_seq: int = 0  # up to here our log is written down as sends
    choices: tuple[Choice, ...] = ()  # what the last message offered, in the order of its numbers
    shown_at: datetime | None = None  # when those were
    unreachable_at: datetime | None = None
    quiet_until: datetime | None = None  # the provider asked for patience
    topic: str = ""  # the subject of a mail, masked; an answer names it again


@dataclass(frozen=True, slots=True)
class Send:
    """One message of ours on its way. `send_id` is the token that providers echo."""

    send_id: str
    thread_id: str
    conversation_id: str  # empty for a word outside of any conversation
    seq: int  # of the log; a mail that bundles several names the last
    part: int  # several messages may come of one event
    state: SendState
    body: Mapping[str, object]  # as the connector rendered it
    created_at: datetime
    due_at: datetime
    options: tuple[Choice, ...] = ()
    attempts: int = 0
    ref: str | None = None  # the provider's id
    code: str | None = None  # why it failed, in the provider's word
    sent_at: datetime | None = None
    is_template: bool = False  # asks the buyer to write, so that what is held may leave
    lapsed: bool = False  # whoever sent it never said what came of it: it may have left


@dataclass(frozen=True, slots=True)
class Link:
    """A chat that counts as a buyer's. Nothing a messenger says makes one."""

    link_id: str
    thread_id: str
    storefront: str
    buyer_id: str
    level: LinkLevel
    linked_at: datetime
    until: datetime
    revoked_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it counts now."""
        return self.revoked_at is None and now < self.until
