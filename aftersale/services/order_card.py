"""The card of one order: what its buyer may see of it, ready for the voice. Pure."""

from typing import Any

from aftersale.domain.orders import Order, OrderLine
from aftersale.policy.knobs import Policy
from aftersale.services.reply import date, money, time
from aftersale.services.terms import open_lines

_PLAIN_PARTS = frozenset({"city", "region", "state", "county", "country"})
_CODE_PARTS = frozenset({"postcode", "postal_code", "zip"})
_HIDDEN = "•••"


def order_card(order: Order, policy: Policy) -> dict[str, Any]:
    """Return the block `order_card`; what is not known is None and left out by the voice."""
    parcel = order.shipments[-1] if order.shipments else None
    lines = open_lines(order)
    return {
        "type": "order_card",
        "number": order.number,
        "state_label": policy.label(order),
        "tab": policy.tab(order),
        "placed_at": date(order.placed_at),
        "items": [line.name for line in order.lines if line.line_id in lines],
        "lines": [_line(line) for line in order.lines],
        "amount": money(order.total),
        "payment_key": order.payment.state.value,
        "display": order.payment.display,
        "delivery": date(order.estimated_delivery_at),
        "carrier": parcel.carrier if parcel else None,
        "tracking_number": parcel.tracking_number if parcel else None,
        "tracking_url": parcel.tracking_url if parcel else None,
        "events": _events(order),
        "address": masked_address(order.address),
        "url": order.order_url,
    }


def masked_address(address: dict[str, str]) -> list[str]:
    """Return the address so that its owner knows it and nobody else learns it."""
    return [_masked(part, value) for part, value in address.items() if value]


def _masked(part: str, value: str) -> str:
    if part in _PLAIN_PARTS:
        return value
    return value[: 2 if part in _CODE_PARTS else 1] + _HIDDEN


def _line(line: OrderLine) -> dict[str, Any]:
    return {
        "name": line.name,
        "options": line.options,
        "quantity": line.quantity,
        "price": money(line.price),
        "cancelled": line.cancelled,
    }


def _events(order: Order) -> list[dict[str, Any]]:
    """Return the scans of all parcels, newest first."""
    scans = [event for shipment in order.shipments for event in shipment.events]
    newest_first = sorted(scans, key=lambda event: event.at, reverse=True)
    return [{"at": time(e.at), "text": e.text, "place": e.place} for e in newest_first]
