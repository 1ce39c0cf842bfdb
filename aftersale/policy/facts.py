"""What the policy may know about an order, a buyer and a wish. Nothing here reads a clock."""

from dataclasses import dataclass
from datetime import datetime

from aftersale.domain.cases import (
    CaseOwner,
    CaseState,
    CaseType,
    CaseVerdict,
    IssueType,
    Resolution,
)
from aftersale.domain.channels import LinkLevel
from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.orders import OrderKind, OrderState, ReasonClass, ReturnClass
from aftersale.domain.parties import RestockingFee
from aftersale.domain.payments import PaymentMethod, PaymentState
from aftersale.policy.decision import Ask


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One line: where its goods are."""

    line_id: str
    fulfilment: FulfilmentState | None
    cancelled: bool = False
    return_class: ReturnClass = ReturnClass.STANDARD


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The case that the wish is about: by default the order's newest one."""

    state: CaseState
    owner: CaseOwner
    type: CaseType
    opened_at: datetime
    issue: IssueType | None = None
    resolution: Resolution | None = None
    first_line_due_by: datetime | None = None
    verdict: CaseVerdict | None = None
    decided_by: str | None = None
    escalated_at: datetime | None = None
    stepped_in_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything `decide` may look at; a field that is not known is None and leads to review."""

    storefront: str
    order_number: str | None
    order_buyer: str | None  # whose order it is
    asking_buyer: str | None  # the verified buyer who asks; None when nobody is verified
    order_state: OrderState | None
    order_kind: OrderKind | None
    payment_method: PaymentMethod | None
    payment_state: PaymentState | None
    lines: tuple[LineFacts, ...]
    placed_at: datetime | None
    paid_at: datetime | None = None
    verified_at: datetime | None = None
    auth_expires_at: datetime | None = None
    fulfilment_started_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    estimated_delivery_at: datetime | None = None
    campaign_ends_at: datetime | None = None
    restocking_fee: RestockingFee | None = None
    seller_known: bool = True
    cancellation_open: bool = False  # a cancellation request already waits for an answer
    hold_open: bool = False
    cancel_asked_at: datetime | None = None  # when the newest cancellation that still counts began
    received_at: datetime | None = None  # when the last parcel arrived, as far as it is known
    contact_attempts: int = 0  # R0.15: how often the seller was written to about the order
    first_contact_at: datetime | None = None
    last_contact_at: datetime | None = None
    seller_answered_at: datetime | None = None
    case: CaseFacts | None = None
    linked: LinkLevel | None = None  # of the chat asked from; None: the shop itself vouches


@dataclass(frozen=True, slots=True)
class Request:
    """The wish. `line_ids` empty means the whole order."""

    ask: Ask
    reason_class: ReasonClass = ReasonClass.UNKNOWN
    line_ids: tuple[str, ...] = ()
    issue: IssueType | None = None
    resolution: Resolution | None = None
    opened: bool | None = None  # None: not asked yet, or not answered
    defective: bool | None = None
    as_listed: bool | None = None  # whether the goods match their listing
