"""What people at the desk do about orders and buyers: proposals, blocks, notes on cases."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class AgentAsk(StrEnum):
    """What somebody at the desk can want for an order."""

    CANCEL = "cancel"  # the whole order, or lines of it
    REFUND = "refund"  # money alone: for lines, or an amount
    RELEASE = "release"  # a hold
    HOLD = "hold"  # ask the supplier not to ship yet
    RETURN = "return"  # file a return in the buyer's stead
    REPLACEMENT = "replacement"
    REIMBURSE = "reimburse"  # put what never came before a person (R0.14)
    CONTACT_SELLER = "contact_seller"


class AgentDeed(StrEnum):
    """What happens at a confirmation."""

    CANCEL = "cancel"
    REQUEST_CANCEL = "request_cancel"
    ASK_HOLD = "ask_hold"
    CONTACT_SELLER = "contact_seller"
    OPEN_CASE = "open_case"
    REQUEST_RETURN = "request_return"
    ASK_REIMBURSEMENT = "ask_reimbursement"
    REFUND = "refund"  # money goes back, the order stays what it is
    RELEASE = "release"  # the hold of an order that is cancelled already


class ProposalState(StrEnum):
    """Life of a proposal."""

    OPEN = "open"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an agent was shown and may confirm; its id is the idempotency key of the effect.

    `terms` is all that a confirmation binds, `terms_hash` its fingerprint. `override_reason` says
    why a rule was set aside, if one was.
    """

    proposal_id: str
    storefront: str
    order_number: str
    ask: AgentAsk
    by: str  # the desk user who was shown it
    state: ProposalState
    wish: dict[str, Any]
    terms: dict[str, Any]
    terms_hash: str
    created_at: datetime
    expires_at: datetime
    conversation_id: str | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    override_reason: str | None = None
    result: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A buyer whose new messages are not taken; `until` None: until somebody lifts it."""

    buyer_id: str
    storefront: str
    reason: str  # for the desk; never shown to the buyer
    by: str
    at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseNote:
    """A word among colleagues about a case; neither buyer nor seller ever sees it."""

    note_id: str
    case_number: str
    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases are meant; what is None or empty narrows nothing.

    `overdue_at`: only open ones one of whose times has come by then.
    """

    storefronts: tuple[str, ...] = ()
    states: frozenset[str] = field(default_factory=frozenset)
    owners: frozenset[str] = field(default_factory=frozenset)
    types: frozenset[str] = field(default_factory=frozenset)
    assignee: str | None = None
    overdue_at: datetime | None = None
    words: str = ""  # a case or order number, or what it is about
