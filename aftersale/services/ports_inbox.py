"""What the desk reads in lists: conversations as an inbox shows them, and what a context needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from aftersale.domain.cases import Case
from aftersale.domain.conversations import Author, Conversation, Event, EventType
from aftersale.domain.handoffs import Handoff, HandoffReason
from aftersale.services.stored_decision import StoredDecision


class View(StrEnum):
    """Which list of the inbox."""

    QUEUE = "queue"
    MINE = "mine"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose eyes look: an agent, and the storefronts they serve (empty: all)."""

    user: str
    storefronts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; None and "" leave it as it is."""

    storefront: str | None = None
    reason: HandoffReason | None = None
    language: str | None = None
    channel: str | None = None
    words: str = ""  # an order's or case's number, a buyer's name or e-mail, words that were said


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of a list ended."""

    snoozed: bool
    at: datetime
    conversation_id: str


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One line of the inbox."""

    conversation: Conversation
    handoff: Handoff | None
    buyer_name: str | None
    place: Place
    last: Event | None = None  # the newest message
    unread: int = 0  # messages of the buyer that this agent has not read
    promise_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseLine:
    """An open case as the inbox shows it; `due_at` is the next time that somebody must keep."""

    case: Case
    due_at: datetime | None
    buyer_name: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is in each list of the agent's storefronts, whatever a list is narrowed to."""

    queue: int
    mine: int
    all: int
    cases: int
    overdue: int
    approvals: int  # of the cases: actions that wait for a yes


@dataclass(frozen=True, slots=True)
class Head:
    """What somebody who follows a conversation from afar must know of it."""

    storefront: str
    last_seq: int
    type: EventType | None  # of its newest event
    author: Author | None


@dataclass(frozen=True, slots=True)
class Understood:
    """How the engine read one message of the buyer."""

    seq: int
    text: str
    intent: str | None
    confidence: float | None


@dataclass(frozen=True, slots=True)
class OtherTalk:
    """Another conversation of the same buyer, with the newest message."""

    conversation: Conversation
    at: datetime  # when something happened in it last
    last: Event | None = None


class Inbox(Protocol):
    """Reads for the desk; nothing here changes anything."""

    def page(
        self,
        scope: Scope,
        view: View,
        filters: Filters,
        now: datetime,
        *,
        after: Place | None = None,
        limit: int = 50,
    ) -> Sequence[InboxRow]:
        """Return a page: the queue first come first, the rest newest first, snoozed ones last."""
        ...

    def cases(
        self, scope: Scope, filters: Filters, *, offset: int = 0, limit: int = 50
    ) -> Sequence[CaseLine]:
        """Return open cases, the one due first first."""
        ...

    def counts(self, scope: Scope, now: datetime) -> Counts: ...
    def events_before(
        self, conversation_id: str, before: int | None, *, limit: int
    ) -> Sequence[Event]:
        """Return the last events before a seq (the newest ones without it), oldest first."""
        ...

    def decisions_of(self, conversation_id: str, *, limit: int) -> Sequence[StoredDecision]:
        """Return what was decided in the conversation, newest first."""
        ...

    def understood(self, conversation_id: str, *, limit: int) -> Sequence[Understood]:
        """Return how the last messages were read, oldest first."""
        ...

    def others_of(self, conversation: Conversation, *, limit: int) -> Sequence[OtherTalk]:
        """Return what else the conversation's buyer talks about at the storefront, newest first.

        None of a stranger's, and none that its buyer deleted.
        """
        ...

    def heads(self, conversation_ids: Sequence[str]) -> Mapping[str, Head]: ...
    def read_up_to(self, conversation_id: str) -> tuple[int, int]:
        """Return up to which seq the buyer has read, and somebody at the desk."""
        ...
