"""Cases: numbered matters that a person, a seller or a leader must look at."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aftersale.domain.errors import IllegalMove
from aftersale.domain.moves import move


class CaseType(StrEnum):
    """What the case is about."""

    CANCELLATION_REVIEW = "cancellation_review"
    REFUND_REQUEST = "refund_request"
    TICKET = "ticket"
    PERSON_WANTED = "person_wanted"
    SHOP_REFUSED = "shop_refused"
    LATE_AGREEMENT = "late_agreement"
    PAYMENT_REFUSED = "payment_refused"
    PROBLEM = "problem"  # something did not arrive, or arrived wrong
    RETURN_REQUEST = "return_request"  # return, replacement or refund of a line
    REIMBURSEMENT = "reimbursement"  # R0.14: may be eligible
    SELLER_UNREACHABLE = "seller_unreachable"  # R0.21: the platform writes to the seller
    PAYMENT_PROOF = "payment_proof"  # R4.18
    INTERVENTION = "intervention"  # R4.19: the platform may step in
    LAUNCH_APPROVAL = "launch_approval"  # an action that waits for a person's yes
    UNKNOWN_EFFECT = "unknown_effect"  # an outside effect whose result nobody knows


class IssueType(StrEnum):
    """What is wrong with an order. `delay` is late but within the grace (C9)."""

    DELAY = "delay"
    NOT_RECEIVED = "not_received"
    WRONG_ITEM = "wrong_item"
    DAMAGED = "damaged"
    DEFECTIVE = "defective"
    MISSING = "missing"
    DELIVERY = "delivery"  # R3.15: a discrepancy of the delivery
    PAYMENT = "payment"
    PAYMENT_PROOF = "payment_proof"
    PICKUP = "pickup"
    REFUND = "refund"
    OUT_OF_STOCK = "out_of_stock"
    OTHER = "other"


class Resolution(StrEnum):
    """What the buyer would like best (R3.12). `none` is "no preference"."""

    REFUND = "refund"
    REPLACEMENT = "replacement"
    RETURN = "return"
    REPAIR = "repair"
    OTHER = "other"
    NONE = "none"


class Evidence(StrEnum):
    """What became of the wish for photos or proof (R3.11, R4.9)."""

    GIVEN = "given"
    CANNOT = "cannot"  # the buyer cannot provide it, which is accepted
    SKIPPED = "skipped"
    NOT_ASKED = "not_asked"


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
    ESCALATED = "escalated"  # decided, and a different person reviews it (R3.23, R3.24)
    CLOSED = "closed"


class CaseVerdict(StrEnum):
    """What a person decided about a case."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    DECLINED = "declined"


# Every reason a decision can have; each has plain words in `verdict_<code>`.
VERDICT_CODES = (
    "evidence_shows",
    "rules_cover_it",
    "goodwill",
    "rules_exclude_it",
    "not_shown",
    "settled_already",
    "seller_settles",
    "own_words",  # the decider's own text says it
)


class Role(StrEnum):
    """Whose message an entry of the thread is; shown as a badge."""

    BUYER = "buyer"
    SELLER = "seller"
    LEADER = "leader"
    PLATFORM = "platform"
    REVIEWER = "reviewer"
    BOT = "bot"


CASE_MOVES = {
    CaseState.OPEN: frozenset(
        {CaseState.ACKNOWLEDGED, CaseState.WAITING_FOR_BUYER, CaseState.DECIDED, CaseState.CLOSED}
    ),
    CaseState.ACKNOWLEDGED: frozenset(
        {CaseState.WAITING_FOR_BUYER, CaseState.DECIDED, CaseState.CLOSED}
    ),
    CaseState.WAITING_FOR_BUYER: frozenset(
        {CaseState.OPEN, CaseState.ACKNOWLEDGED}
        | {CaseState.DECIDED, CaseState.ESCALATED, CaseState.CLOSED}
    ),
    CaseState.DECIDED: frozenset({CaseState.ESCALATED, CaseState.CLOSED}),
    CaseState.ESCALATED: frozenset(
        {CaseState.WAITING_FOR_BUYER, CaseState.DECIDED, CaseState.CLOSED}
    ),
    CaseState.CLOSED: frozenset[CaseState](),
}


OPEN_CASES = frozenset(CASE_MOVES) - {CaseState.DECIDED, CaseState.CLOSED}


@dataclass(frozen=True, slots=True)
class Case:
    """A numbered matter. The number is what a buyer quotes; it says nothing about anyone.

    Times are UTC-aware. `decided_by` is the first decider and never changes; a review is by
    somebody else (R3.24; the database refuses the same person).
    """

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
    channel: str = "chat"  # R3.1: where it was opened
    issue: IssueType | None = None
    line_ids: tuple[str, ...] = ()  # R3.9; empty: the whole order, or none
    item: str | None = None  # R3.9: the goods in the buyer's words when there is no order
    description: str | None = None  # R3.10
    resolution: Resolution | None = None  # R3.12
    evidence: Evidence = Evidence.NOT_ASKED
    ack_at: datetime | None = None
    first_line_due_by: datetime | None = None  # until then the seller or leader has it (R4.19)
    info_asked: str | None = None  # R4.17: what is wanted from the buyer
    info_due_by: datetime | None = None
    verdict: CaseVerdict | None = None
    verdict_code: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    escalated_at: datetime | None = None
    escalation_reason: str | None = None
    review_verdict: CaseVerdict | None = None
    reviewer: str | None = None
    reviewed_at: datetime | None = None
    stepped_in_at: datetime | None = None  # R4.19: when the platform took it from the first line
    closed_at: datetime | None = None
    assignee: str | None = None  # the desk user who sees to it


_DECISION = ("verdict", "decided_by", "decided_at", "review_verdict", "reviewer", "reviewed_at")


def move_case(stored: Case, after: Case) -> None:
    """Check that a stored case may become `after`; no decision takes the place of another.

    Raises:
        IllegalMove: it may not.
    """
    move(CASE_MOVES, f"case {stored.number}", stored.state, after.state)
    another = any(getattr(stored, name) != getattr(after, name) for name in _DECISION)
    if stored.state is CaseState.DECIDED and another:
        raise IllegalMove(f"case {stored.number}", stored.state.value, after.state.value)


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """One message in the thread of a case. With a key, a second one of that key is ignored."""

    case_number: str
    at: datetime
    author: str  # buyer:<id>, seller:<id>, leader:<name>, agent:<user>, system
    text: str
    role: Role = Role.BOT
    entry_key: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A photo or document that was checked and stored; `case_number` once it belongs to a case.

    `stored_as` is the name of the file below the uploads folder, `size` is in bytes of that file,
    `sha256` is of what was sent.
    """

    attachment_id: str
    storefront: str
    conversation_id: str
    media_type: str
    size: int
    sha256: str
    stored_as: str
    created_at: datetime
    purpose: str = "evidence"  # evidence, payment_proof
    case_number: str | None = None
    width: int | None = None
    height: int | None = None
