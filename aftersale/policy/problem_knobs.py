"""The knobs of what comes after an order: problems, evidence, disputes, returns, refunds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from aftersale.domain.cases import CaseOwner, IssueType
from aftersale.domain.orders import ReturnClass
from aftersale.policy.decision import Ask
from aftersale.policy.limits import Limit

_THREE_MINUTES = Limit(timedelta(minutes=3))


class DisputeMode(StrEnum):
    """Whether the platform takes part in a dispute (C1)."""

    NEVER = "never"
    CONDITIONAL = "conditional"  # it may, once a trigger is met
    REVIEW_ON_REQUEST = "review_on_request"  # a different person reviews a decision
    UNSPECIFIED = "unspecified"


class DisputeException(StrEnum):
    """What a storefront does although it never takes part (C2); neither is called so."""

    NON_DELIVERY_REIMBURSEMENT = "non_delivery_reimbursement"  # R0.14
    BOUNCED_EMAIL_OUTREACH = "bounced_email_outreach"  # R0.21


class DisputeTrigger(StrEnum):
    """After what the platform may step in (R4.19)."""

    LONG_UNRESOLVED = "long_unresolved"
    PAYMENT_EXCEPTION = "payment_exception"
    REFUND_DISPUTE = "refund_dispute"


class ReturnModel(StrEnum):
    """Whose rules a return follows (C12)."""

    SELLER_POLICY = "seller_policy"
    TOOL_REVIEW = "tool_review"
    LIMITED = "limited"  # reviewed; some classes and reasons are limited
    UNSPECIFIED = "unspecified"


class ReturnException(StrEnum):
    """What lifts a limit of returns."""

    DEFECTIVE = "defective"
    LAW = "law"  # where the law requires it: told, and for a person to judge


class RefundPayer(StrEnum):
    """Who gives money back (C14)."""

    SELLER = "seller"
    PLATFORM = "platform"


class RefundDestination(StrEnum):
    """Where refunded money may go (R4.11)."""

    ORIGINAL_METHOD = "original_method"
    PERMITTED_ALTERNATIVE = "permitted_alternative"  # always done by hand


class LiveParty(StrEnum):
    """Who answers in live chat (C15)."""

    PLATFORM = "platform"
    SUPPLIER = "supplier"


class LaunchMode(StrEnum):
    """How far an action is live."""

    ON = "on"
    APPROVE = "approve"  # a person confirms first
    OFF = "off"  # a person does it


@dataclass(frozen=True, slots=True)
class ProblemKnobs:
    """Who looks first at what is wrong with an order (C8, C9, C10)."""

    first_line: Mapping[IssueType, CaseOwner] = field(default_factory=dict)
    otherwise: CaseOwner | None = None  # of issues not named; None: the storefront does not say
    delay_grace: Limit | None = None  # until then late goods are a delay, not a non-delivery
    first_line_within: Limit | None = None  # how long the first line has it for itself
    seller_first: bool = False  # the seller is to be tried before the platform (R0.15)
    seller_wait: Limit | None = None  # how long the seller has to answer the first attempt
    instructions_first: bool = False  # the order's instructions are shown first (R4.1)
    order_optional: bool = False  # a matter may be taken without an order (R3.8)
    complete_information: bool = False  # say that complete information speeds it up (R3.13)


@dataclass(frozen=True, slots=True)
class EvidenceKnobs:
    """For which issues photos or proof are wanted (C11); "I cannot" is always an answer."""

    required_for: tuple[IssueType, ...] = ()
    encouraged_for: tuple[IssueType, ...] = ()


@dataclass(frozen=True, slots=True)
class DisputeKnobs:
    """Whether and when the platform takes part in a dispute."""

    mode: DisputeMode = DisputeMode.UNSPECIFIED
    exceptions: tuple[DisputeException, ...] = ()
    triggers: tuple[DisputeTrigger, ...] = ()
    unresolved_after: Limit | None = None  # from when an open case counts as long unresolved


@dataclass(frozen=True, slots=True)
class ReturnKnobs:
    """Returning goods, and what limits it."""

    model: ReturnModel = ReturnModel.UNSPECIFIED
    excluded_classes: tuple[ReturnClass, ...] = ()  # R4.14
    exceptions: tuple[ReturnException, ...] = ()  # R4.13
    preference_limited: bool = False  # R4.12: goods as described, simply not wanted
    opened_limited: bool = False  # R4.13
    replacement: bool = False  # R3.16: a replacement can be asked for
    ideal_within: Limit | None = None  # R4.10: later is accepted, and said to be later than ideal
    cooling_off: bool | None = None  # R4.15; None: the storefront does not say


@dataclass(frozen=True, slots=True)
class RefundKnobs:
    """Who refunds, and where the money goes (C14)."""

    payer: RefundPayer = RefundPayer.PLATFORM
    destinations: tuple[RefundDestination, ...] = ()  # empty: the storefront does not say


@dataclass(frozen=True, slots=True)
class LiveKnobs:
    """Live chat; its hours are those of `hours` when the platform answers."""

    party: LiveParty | None = None
    claim_within: Limit = _THREE_MINUTES  # who waits longer gets a numbered case
    waiting_per_agent: int = 10  # beyond that the queue is full


@dataclass(frozen=True, slots=True)
class LaunchKnobs:
    """Launch controls. With `act` off every action is off; `read_only` changes nothing at all."""

    act: bool = True
    actions: Mapping[Ask, LaunchMode] = field(default_factory=dict)  # not named: on
    read_only: bool = False

    def mode(self, ask: Ask) -> LaunchMode:
        """Return how far an action is live."""
        return self.actions.get(ask, LaunchMode.ON) if self.act else LaunchMode.OFF

    def by_person(self) -> "LaunchKnobs":
        """Return the controls for what a person carries out; read-only stops people too."""
        return LaunchKnobs(read_only=self.read_only)
