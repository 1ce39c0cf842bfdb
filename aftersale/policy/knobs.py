"""The knobs of a storefront: all its rules may differ in, as frozen dataclasses. Reads no file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from aftersale.domain.orders import Order, OrderKind
from aftersale.domain.payments import PaymentMethod, PaymentState
from aftersale.policy.labels import Status, status_of
from aftersale.policy.limits import Limit
from aftersale.policy.link_knobs import LinkKnobs
from aftersale.policy.problem_knobs import (
    DisputeKnobs,
    EvidenceKnobs,
    LaunchKnobs,
    LiveKnobs,
    ProblemKnobs,
    RefundKnobs,
    ReturnKnobs,
)
from aftersale.policy.widget_knobs import WidgetKnobs


class CancelActor(StrEnum):
    """Who may cancel (C3)."""

    SELLER = "seller"
    REQUEST_WITH_CONSENT = "request_with_consent"
    BUYER = "buyer"
    BY_STATUS = "by_status"
    UNSPECIFIED = "unspecified"


class Cutoff(StrEnum):
    """The fulfilment event after which cancelling is over or different (C4)."""

    PLACED = "placed"  # there is never a time before it
    PREPARATION = "preparation"  # preparing, or a pickup was arranged
    SHIPPED = "shipped"
    DELIVERED = "delivered"


class AfterCutoff(StrEnum):
    """What is left once the cut-off has passed (C5)."""

    CONTACT_SELLER = "contact_seller"
    RETURN_ON_RECEIPT = "return_on_receipt"
    REFUSE_CONVENIENCE = "refuse_convenience"


class Partial(StrEnum):
    """An order with lines on both sides of the cut-off."""

    REVIEW = "review"
    AS_PAST = "as_past"  # one line past it counts for all


class AskReason(StrEnum):
    """When the buyer's reason is wanted."""

    NEVER = "never"
    WHEN_IT_MATTERS = "when_it_matters"
    FIRST = "first"  # before the state of the order is looked at


class Until(StrEnum):
    """How long an authorised order may be cancelled."""

    CAMPAIGN_END = "campaign_end"
    UNSPECIFIED = "unspecified"


class HeldMoney(StrEnum):
    """What becomes of a hold when the order is cancelled."""

    RELEASE = "release"
    REFUND = "refund"
    NONE = "none"


class NextStep(StrEnum):
    """Where a buyer is sent when the storefront states no rule."""

    SELLER = "seller"
    TICKET = "ticket"
    PLATFORM = "platform"


class OnAgree(StrEnum):
    """What the other party's agreement does."""

    CANCEL = "cancel"
    CASE = "case"


class PasswordReset(StrEnum):
    """How a forgotten password is reset."""

    EMAIL = "email"
    EMAIL_OR_MEMBER_ID = "email_or_member_id"
    GUIDE = "guide"


class VersionDate(StrEnum):
    """Whose date picks the policy version."""

    REQUEST = "request"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class CancelKnobs:
    """Cancelling a paid order."""

    actor: CancelActor
    cutoff: Cutoff | None = None
    after_cutoff: tuple[AfterCutoff, ...] = ()
    partial: Partial = Partial.REVIEW
    not_before: Mapping[PaymentMethod, Limit] = field(default_factory=dict)
    open_on_verified: bool = False
    ask_reason: AskReason = AskReason.NEVER
    reason_class_matters: bool = False
    refund_request_states: tuple[PaymentState, ...] = ()
    restocking_fee: bool = False  # a fee may apply: say it, with the amount when it is known
    policy_links: bool = False  # show the seller's own policies


@dataclass(frozen=True, slots=True)
class UnpaidKnobs:
    """Cancelling an order nobody has paid. `manual` None: the storefront does not say."""

    manual: bool | None = None
    auto_after: Limit | None = None


@dataclass(frozen=True, slots=True)
class AuthorisedKnobs:
    """Cancelling an order with a hold on the card."""

    until: Until = Until.UNSPECIFIED
    kinds: tuple[OrderKind, ...] = ()
    money: HeldMoney = HeldMoney.RELEASE


@dataclass(frozen=True, slots=True)
class HoldKnobs:
    """Asking the other party not to ship yet."""

    offered: bool = False


class BeforeBuying(StrEnum):
    """Who may write to a seller without an order (R0.18, R0.23)."""

    ANYBODY = "anybody"
    SIGNED_IN = "signed_in"


@dataclass(frozen=True, slots=True)
class OrderingKnobs:
    """Why an order may not be taken, beside what is on sale. None and False: not stated."""

    repeat_limit: int | None = None  # R2.6: buyers are never told it
    repeat_within: Limit | None = None
    english_addresses: bool = False  # R2.7


@dataclass(frozen=True, slots=True)
class ContactKnobs:
    """Writing to the seller or supplier of an order, or before there is one."""

    offered: bool = True
    shared: bool = False  # the buyer is told the seller's own address (R0.2, R0.3)
    before_buying: BeforeBuying | None = None  # None: the storefront does not say
    read_first: bool = False  # the tip to read the description carefully (R1.6)


@dataclass(frozen=True, slots=True)
class SellerKnobs:
    """From how many stock-outs within what time a seller is flagged (R0.11); None: never."""

    stockouts: int | None = None
    within: Limit | None = None


@dataclass(frozen=True, slots=True)
class ConsentKnobs:
    """What the other party's agreement does. How long it may take is `consent_within`."""

    on_agree: OnAgree = OnAgree.CANCEL


@dataclass(frozen=True, slots=True)
class UnspecifiedKnobs:
    """The next step where the storefront is silent."""

    next: NextStep


@dataclass(frozen=True, slots=True)
class Hours:
    """When people answer: weekday (mon..sun) to "09:00-18:00"; holidays are closed."""

    timezone: str
    week: Mapping[str, str]
    holidays: tuple[date, ...] = ()
    through_holidays: bool = False  # public holidays of the calendar are days like others


ROUND_THE_CLOCK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "00:00-24:00")


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days are business days; those of `country` are added when the app starts (R4.16)."""

    timezone: str
    country: str | None = None  # ISO 3166, as in US
    days: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri")
    holidays: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Peak:
    """A season in which everything takes longer."""

    since: date
    until: date  # the last day of it


@dataclass(frozen=True, slots=True)
class NoticeKnobs:
    """When answers take longer than usual, said honestly (R3.7).

    `regions`: a time zone or the area of one, as in Australia, to the name that is said.
    """

    regions: Mapping[str, str] = field(default_factory=dict)
    peaks: tuple[Peak, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """All knobs of one version of one storefront's rules."""

    storefront: str
    version: str
    effective_from: datetime
    name: str
    party: str  # the word for the other side: seller, supplier, group leader
    currency: str
    cancel: CancelKnobs
    unspecified: UnspecifiedKnobs
    labels: Mapping[Status, str]
    tabs: Mapping[Status, str] = field(default_factory=dict)
    unpaid: UnpaidKnobs = UnpaidKnobs()
    authorised: AuthorisedKnobs = AuthorisedKnobs()
    hold: HoldKnobs = HoldKnobs()
    ordering: OrderingKnobs = OrderingKnobs()
    contact: ContactKnobs = ContactKnobs()
    sellers: SellerKnobs = SellerKnobs()
    consent: ConsentKnobs = ConsentKnobs()
    problem: ProblemKnobs = field(default_factory=ProblemKnobs)
    evidence: EvidenceKnobs = field(default_factory=EvidenceKnobs)
    dispute: DisputeKnobs = field(default_factory=DisputeKnobs)
    returns: ReturnKnobs = field(default_factory=ReturnKnobs)
    refund: RefundKnobs = field(default_factory=RefundKnobs)
    live: LiveKnobs = field(default_factory=LiveKnobs)
    launch: LaunchKnobs = field(default_factory=LaunchKnobs)
    linked: LinkKnobs = field(default_factory=LinkKnobs)
    widget: WidgetKnobs = field(default_factory=WidgetKnobs)
    version_date: VersionDate = VersionDate.REQUEST
    undo_window: int = 60  # seconds; 0 offers no undo
    consent_within: Limit | None = None  # how long the other party may take to answer
    ack_after: Limit | None = None
    ack_within: Limit | None = None  # when a case is acknowledged; None promises no date
    password_reset: PasswordReset | None = None
    hours: Hours | None = None
    calendar: WorkCalendar | None = None
    notices: NoticeKnobs = NoticeKnobs()
    my_orders_url: str | None = None
    sign_in_url: str | None = None
    reset_url: str | None = None
    privacy_url: str | None = None
    requirements: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by reason code

    def label(self, order: Order) -> str:
        """Return the storefront's own name for where the order stands."""
        return self.labels[status_of(order)]

    def tab(self, order: Order) -> str | None:
        """Return the tab of the storefront's order list that shows the order, when it has tabs."""
        return self.tabs.get(status_of(order))
