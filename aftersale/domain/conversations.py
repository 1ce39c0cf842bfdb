"""Conversations: the log that is the truth, the turns that answer it, and who owns it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from aftersale.domain.channels import LinkLevel


class Owner(StrEnum):
    """Who answers. This list is the only one; a paused tracker is not a handoff."""

    BOT = "bot"
    QUEUED = "queued"
    HUMAN = "human"
    OFFLINE = "offline"
    CLOSED = "closed"


class Author(StrEnum):
    """Who an event is from."""

    BUYER = "buyer"
    BOT = "bot"
    AGENT = "agent"
    SELLER = "seller"
    SYSTEM = "system"


class EventType(StrEnum):
    """What an event of the stream is."""

    MESSAGE = "message"
    TURN_DONE = "turn_done"
    TYPING = "typing"
    OWNER = "owner"
    NOTICE = "notice"
    CSAT = "csat"
    READ = "read"  # the bot or a person has read up to a seq of the buyer


class Closed(StrEnum):
    """Why nothing more is taken. What lay idle is opened again by the buyer's next message."""

    ENDED = "ended"
    IDLE = "idle"
    DELETED = "deleted"


class TurnState(StrEnum):
    """Life of a turn. First in first out; one runs at a time in a conversation."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # answered with an apology, and a case where something may have been lost


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation. Identity is a property of this row, never of a slot or an entity."""

    conversation_id: str
    storefront: str
    owner: Owner
    owner_version: int
    created_at: datetime
    token_hash: str
    token_expires_at: datetime
    buyer_id: str | None = None  # verified by the shop's signature, or by a connected chat
    verified_by: str | None = None  # "shop-jwt", "channel:<channel>"
    verified_until: datetime | None = None
    timezone: str = "UTC"
    locale: str = "en"
    closed_at: datetime | None = None
    closed_as: Closed | None = None
    engine_epoch: int = 0  # rises when the engine's memory of it must start anew
    guest_order: str | None = None  # the one order a code from its own address opened
    guest_until: datetime | None = None
    opened_from: str | None = None  # keyed hash of the client's address, for limits
    channel: str = "chat"  # where it is held; see `domain.channels`
    heard_at: datetime | None = None  # when its buyer wrote last
    linked: LinkLevel | None = None  # how strongly, where a connected chat verifies

    @property
    def is_over(self) -> bool:
        """Whether nothing more is taken; what only lies idle is opened again by a message."""
        is_closed = self.closed_at is not None and self.closed_as is not Closed.IDLE
        return is_closed or self.owner is Owner.CLOSED


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the stream; `body` is JSON-ready and already masked."""

    conversation_id: str
    seq: int
    type: EventType
    author: Author
    at: datetime
    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """Work owed for one buyer message."""

    turn_id: str
    conversation_id: str
    seq: int  # of the buyer's message
    state: TurnState
    fence: int
    client_msg_id: str
    created_at: datetime
    lease_until: datetime | None = None
    input: dict[str, Any] = field(
        default_factory=dict
    )  # {"text": ...} or {"intent": ..., "entities": {...}}


@dataclass(frozen=True, slots=True)
class Answered:
    """How the bot understood a message and what it answered; what the numbers are made of."""

    at: datetime
    intent: str | None = None
    confidence: float | None = None  # 0 to 1, calibrated
    said: tuple[str, ...] = ()  # names of the responses that the engine gave, in order


@dataclass(frozen=True, slots=True)
class Button:
    """A button the server offered. Buyers send only its opaque id."""

    button_id: str
    conversation_id: str
    title: str
    intent: str
    entities: dict[str, str]
    created_at: datetime
    expires_at: datetime
    uses_left: int = 20


@dataclass(frozen=True, slots=True)
class OpenTopic:
    """A conversation as its buyer's list shows it."""

    conversation: Conversation
    last_at: datetime
    first_words: str
    unread: int


@dataclass(frozen=True, slots=True)
class Ticket:
    """What opens one socket, once. `session_hash` names the session that asked for it."""

    ticket_hash: str
    conversation_id: str
    session_hash: str
    expires_at: datetime
    session_until: datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is asking, as verified on the conversation row. `buyer_id` None means not verified."""

    storefront: str
    buyer_id: str | None
    timezone: str = "UTC"
    locale: str = "en"
    channel: str = "chat"  # where it is asked; see `domain.channels`
    linked: LinkLevel | None = None  # None: the shop itself vouches, or nobody
