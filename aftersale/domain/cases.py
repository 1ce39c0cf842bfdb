"""Cases: numbered matters that a person, a seller or a leader must look at."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CaseType(StrEnum):
    """What the case is about."""

    CANCELLATION_REVIEW = "cancellation_review"
    REFUND_REQUEST = "refund_request"
    TICKET = "ticket"
    PERSON_WANTED = "person_wanted"
    SHOP_REFUSED = "shop_refused"
    LATE_AGREEMENT = "late_agreement"
    PAYMENT_REFUSED = "payment_refused"


class CaseOwner(StrEnum):
    """Who has to act."""

    SELLER = "seller"
    LEADER = "leader"
    PLATFORM = "platform"
    AGENT = "agent"


class CaseState(StrEnum):
    """Life of a case."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    WAITING_FOR_BUYER = "waiting_for_buyer"
    DECIDED = "decided"
    CLOSED = "closed"


CASE_MOVES = {
    CaseState.OPEN: frozenset(
        {CaseState.ACKNOWLEDGED, CaseState.WAITING_FOR_BUYER, CaseState.DECIDED, CaseState.CLOSED}
    ),
    CaseState.ACKNOWLEDGED: frozenset(
        {CaseState.WAITING_FOR_BUYER, CaseState.DECIDED, CaseState.CLOSED}
    ),
    CaseState.WAITING_FOR_BUYER: frozenset(
        {CaseState.ACKNOWLEDGED, CaseState.DECIDED, CaseState.CLOSED}
    ),
    CaseState.DECIDED: frozenset({CaseState.CLOSED}),
    CaseState.CLOSED: frozenset[CaseState](),
}


OPEN_CASES = frozenset(CASE_MOVES) - {CaseState.DECIDED, CaseState.CLOSED}


@dataclass(frozen=True, slots=True)
class Case:
    """A numbered matter. The number is what a buyer quotes; it says nothing about anyone."""

    number: str
    storefront: str
    type: CaseType
    owner: CaseOwner
    state: CaseState
    buyer_id: str | None
    order_number: str | None
    conversation_id: str | None
    subject: str
    created_at: datetime
    ack_due_by: datetime | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """One message in the thread of a case."""

    case_number: str
    at: datetime
    author: str
    text: str
