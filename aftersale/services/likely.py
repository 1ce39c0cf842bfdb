"""Which of several orders a wish is most likely about: those come first where one is picked."""

from dataclasses import replace

from aftersale.domain.cases import IssueType
from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.orders import Order
from aftersale.services.find_order import Found

ARRIVED = frozenset({FulfilmentState.DELIVERED, FulfilmentState.PICKED_UP})
_HAS_ARRIVED = frozenset(
    {IssueType.WRONG_ITEM, IssueType.DAMAGED, IssueType.DEFECTIVE, IssueType.MISSING}
)
_UNDER_WAY = frozenset({IssueType.DELAY, IssueType.NOT_RECEIVED, IssueType.DELIVERY})


def arrived_first(found: Found) -> Found:
    """Put what has arrived first: only that can be sent back, or be broken."""
    return replace(found, candidates=tuple(sorted(found.candidates, key=_not_arrived)))


def likely_first(found: Found, issue: IssueType | None) -> Found:
    """Put first what the issue can be about; among alike ones the order stays."""
    if issue in _HAS_ARRIVED:
        return arrived_first(found)
    if issue in _UNDER_WAY:
        return replace(found, candidates=tuple(sorted(found.candidates, key=_not_under_way)))
    return found


def _not_arrived(order: Order) -> bool:
    return not any(shipment.state in ARRIVED for shipment in order.shipments)


def _not_under_way(order: Order) -> bool:
    return all(
        shipment.shipped_at is None or shipment.state in ARRIVED for shipment in order.shipments
    )
