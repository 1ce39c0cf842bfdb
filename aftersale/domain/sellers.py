"""What sellers offer, what is written to them and comes back, and how they do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from aftersale.domain.orders import ReturnClass


@dataclass(frozen=True, slots=True)
class Product:
    """Something a storefront offers. `stock` is None where the shop does not tell it."""

    storefront: str
    sku: str
    name: str
    seller_id: str | None = None
    url: str | None = None
    active: bool = True  # False: taken down
    stock: int | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    return_class: ReturnClass = ReturnClass.STANDARD


class Direction(StrEnum):
    """Who wrote to whom."""

    TO_SELLER = "to_seller"
    FROM_SELLER = "from_seller"


@dataclass(frozen=True, slots=True)
class SellerMessage:
    """A letter to a seller or an answer; all of one thread name the first letter's id.

    `reply_hash` is the hash of the token in the address that answers and bounces come back to.
    """

    message_id: str
    thread_id: str
    storefront: str
    seller_id: str
    direction: Direction
    text: str
    at: datetime
    channel: str  # chat, mail, page, person
    conversation_id: str | None = None
    buyer_id: str | None = None
    order_number: str | None = None
    sku: str | None = None
    case_number: str | None = None
    reply_hash: str | None = None


class ReportedBy(StrEnum):
    """Who noticed that a mail came back."""

    BUYER = "buyer"
    MAIL = "mail"  # our own mail system: the bounce came to the address of that letter


@dataclass(frozen=True, slots=True)
class BounceReport:
    """Mail to a seller came back (R0.20). `happened` and `evidence` are in the buyer's words."""

    report_id: str
    storefront: str
    seller_id: str
    reported_by: ReportedBy
    reported_at: datetime
    idempotency_key: str
    buyer_id: str | None = None
    order_number: str | None = None
    conversation_id: str | None = None
    bounced_address: str | None = None
    happened: str | None = None
    evidence: str | None = None
    case_number: str | None = None


class SellerEventKind(StrEnum):
    """What is counted about a seller."""

    STOCKOUT = "stockout"  # R0.11
    BOUNCE = "bounce"  # R0.19
    REFUSAL = "refusal"  # a request was declined
    SILENCE = "silence"  # a request was not answered in time
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class SellerEvent:
    """One thing that counts; a second one with the same key is the same thing."""

    seller_id: str
    storefront: str
    kind: SellerEventKind
    at: datetime
    event_key: str
    order_number: str | None = None
    seconds: int | None = None  # an answer: how long it took


class FlagReason(StrEnum):
    """Why a seller was flagged for the platform."""

    STOCKOUTS = "stockouts"
    BOUNCES = "bounces"


@dataclass(frozen=True, slots=True)
class SellerFlag:
    """A seller whom the platform has to look at; buyers are told nothing of it."""

    seller_id: str
    storefront: str
    reason: FlagReason
    since: datetime
    times: int


@dataclass(frozen=True, slots=True)
class SellerMetrics:
    """How a seller does."""

    seller_id: str
    storefront: str
    nickname: str
    stockouts: int = 0
    bounces: int = 0
    refusals: int = 0
    silences: int = 0
    answers: int = 0
    answer_seconds: int | None = None  # the median
    flags: tuple[str, ...] = ()
