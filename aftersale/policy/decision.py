"""What `decide` answers: an outcome with its reason, its times and what else is possible."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """The eight answers there are."""

    DO_NOW = "do_now"  # after the buyer's yes it happens here and now
    SEND_REQUEST = "send_request"  # after the buyer's yes another party is asked
    CONTACT_ONLY = (
        "contact_only"  # the assistant cannot do it; it offers to write to the one who can
    )
    WAIT_UNTIL = "wait_until"  # possible from `earliest`
    AUTO_AT = "auto_at"  # happens by itself at `latest`
    REFUSE = "refuse"  # no, with the reason and what else is possible
    REVIEW = "review"  # a person must look; nothing is promised
    HANDOFF = "handoff"  # the storefront's way is a ticket or the platform


class Ask(StrEnum):
    """What is being asked of the policy."""

    CANCEL = "cancel"
    HOLD = "hold"  # ask the supplier not to ship yet
    UNDO_CANCEL = "undo_cancel"
    CONTACT_SELLER = "contact_seller"
    PROBLEM = "problem"  # something did not arrive, or arrived wrong
    RETURN = "return"  # send back, exchange, or ask for the money
    REIMBURSE = "reimburse"  # R0.14: the platform may reimburse what never came
    INTERVENE = "intervene"  # R4.19: the platform may step in
    ESCALATE = "escalate"  # R3.23: a different person reviews a decision


class Alternative(StrEnum):
    """What else the buyer can do; each has a button."""

    CONTACT_SELLER = "contact_seller"
    ASK_HOLD = "ask_hold"
    REMIND = "remind"
    OPEN_CASE = "open_case"
    TRACK = "track"
    RETURN_ON_RECEIPT = "return_on_receipt"
    REORDER = "reorder"
    FAULT_PATH = "fault_path"
    CANCEL = "cancel"
    NOT_RECEIVED = "not_received"
    REIMBURSE = "reimburse"
    REPORT_BOUNCE = "report_bounce"
    INTERVENE = "intervene"
    ESCALATE = "escalate"
    REFUND_STATUS = "refund_status"


class MoneyMove(StrEnum):
    """What happens to the money if the outcome is carried out."""

    NONE = "none"  # nothing was paid or held
    RELEASE = "release"  # a hold is to be released where possible (never called a refund)
    REFUND = "refund"  # captured money goes back
    UNKNOWN = "unknown"  # another party decides


class VerdictOutcome(StrEnum):
    """What one rule says: deny beats review beats allow; silence, or a broken rule, is review."""

    ALLOW = "allow"
    REVIEW = "review"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule's answer with its stable code and the facts it used."""

    rule: str
    outcome: VerdictOutcome
    code: str
    requirements: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    earliest: datetime | None = None
    latest: datetime | None = None


@dataclass(frozen=True, slots=True)
class PromiseMade:
    """Something the buyer will be told happens; `due_at` None when no date may be promised."""

    code: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Decision:
    """The whole answer. JSON-ready through `dataclasses.asdict`; stored with every use.

    No time in it is computed from `now`: deciding again a second later gives the same terms.
    """

    ask: Ask
    outcome: Outcome
    actor: str  # who carries it out: buyer, seller, platform, system
    reason_code: str
    requirements: tuple[str, ...]
    earliest: datetime | None
    latest: datetime | None
    alternatives: tuple[Alternative, ...]
    promises: tuple[PromiseMade, ...]
    money: MoneyMove
    policy_version: str
    storefront: str
    facts: dict[str, Any]
    verdicts: tuple[Verdict, ...]
