"""Orders: what was bought, from whom, and where the order stands. Three axes, never one status."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from aftersale.domain.fulfilment import FulfilmentState, Shipment
from aftersale.domain.money import Money
from aftersale.domain.payments import Payment


class OrderState(StrEnum):
    """The order axis; payment and fulfilment are axes of their own."""

    OPEN = "open"  # placed, not cancelled, not finished
    CANCELLING = "cancelling"  # cancellation committed here, the shop has not acknowledged it yet
    CANCELLED = "cancelled"  # the shop acknowledged; nothing brings it back
    COMPLETED = "completed"  # received and settled


ORDER_MOVES = {
    OrderState.OPEN: frozenset(
        {OrderState.CANCELLING, OrderState.CANCELLED, OrderState.COMPLETED}
    ),
    OrderState.CANCELLING: frozenset({OrderState.CANCELLED, OrderState.OPEN}),
    OrderState.CANCELLED: frozenset[OrderState](),
    OrderState.COMPLETED: frozenset[OrderState](),
}


class OrderKind(StrEnum):
    """How the order came about; decides which rules of a group-buy storefront apply."""

    NORMAL = "normal"
    UNLIMITED_GROUP = (
        "unlimited_group"  # joins a campaign that runs until a date, whatever the number
    )


class ReasonClass(StrEnum):
    """Why the buyer wants out: R4.6 treats a change of mind and a fault differently."""

    CONVENIENCE = "convenience"
    FAULT = "fault"
    UNKNOWN = "unknown"


class ReturnClass(StrEnum):
    """Whether and how a product may come back (R4.14)."""

    STANDARD = "standard"
    PERISHABLE = "perishable"
    SHORT_SHELF_LIFE = "short_shelf_life"
    MADE_TO_ORDER = "made_to_order"
    HYGIENE = "hygiene"


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of an order; `line_id` is unique inside the order, `price` is for one piece."""

    line_id: str
    sku: str
    name: str
    quantity: int
    price: Money
    options: dict[str, str] = field(default_factory=dict)
    return_class: ReturnClass = ReturnClass.STANDARD
    fulfilment: FulfilmentState = FulfilmentState.NONE
    cancelled: bool = False
    in_stock: bool = True
    product_url: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the shop told it, with our own version for optimistic locking.

    `number` is unique inside the storefront. `version` rises by one with every change we store.
    `source_version` is the shop's; an older one never overwrites a newer one.
    """

    number: str
    storefront: str
    buyer_id: str
    seller_id: str | None
    kind: OrderKind
    state: OrderState
    placed_at: datetime
    currency: str
    total: Money
    lines: tuple[OrderLine, ...]
    payment: Payment
    shipments: tuple[Shipment, ...] = ()
    estimated_delivery_at: datetime | None = None
    fulfilment_started_at: datetime | None = None
    campaign_ends_at: datetime | None = None
    group_id: str | None = None
    leader_name: str | None = None
    leader_email: str | None = None  # for us alone: buyers are shown the name
    address: dict[str, str] = field(default_factory=dict)
    instructions: str | None = None
    order_url: str | None = None
    notification_sent_at: datetime | None = None
    notification_sent_to: str | None = None
    version: int = 1
    source_version: int = 0
