"""The verified buyer's orders, read-only."""

from typing import Any

from aiohttp import web

from aftersale.domain.money import Money
from aftersale.domain.orders import Order
from aftersale.errors import NotFound
from aftersale.gateway.keys import SERVICES
from aftersale.gateway.replies import reply
from aftersale.gateway.sessions import entered, instant
from aftersale.services.buyer_orders import BuyerOrder

NUMBER_LIMIT = 64


async def list_orders(request: web.Request) -> web.Response:
    """List the buyer's orders, newest first."""
    conversation = await entered(request)
    services = request.app[SERVICES]
    found = await services.in_thread(
        lambda: services.buyer_orders.list(conversation, services.clock())
    )
    return reply({"orders": [summary(order) for order in found]})


async def show_order(request: web.Request) -> web.Response:
    """Show one order; another buyer's is as unknown as one that does not exist."""
    conversation = await entered(request)
    wanted = request.match_info["number"]
    if len(wanted) > NUMBER_LIMIT or not wanted.isprintable():
        raise NotFound("There is no such order.")
    services = request.app[SERVICES]
    found = await services.in_thread(
        lambda: services.buyer_orders.get(conversation, wanted, services.clock())
    )
    return reply(details(found))


def summary(found: BuyerOrder) -> dict[str, Any]:
    """Return what a list shows of an order."""
    order = found.order
    return {
        "number": order.number,
        "state": order.state.value,
        "state_label": found.label,
        "placed_at": instant(order.placed_at),
        "total": _money(order.total),
        "items": [line.name for line in order.lines],
    }


def details(found: BuyerOrder) -> dict[str, Any]:
    """Return everything the buyer may see; the address is left to the masked card in the chat."""
    order = found.order
    delivery = order.estimated_delivery_at
    return summary(found) | {
        "payment": {"state": order.payment.state.value, "display": order.payment.display},
        "estimated_delivery_at": instant(delivery) if delivery else None,
        "lines": [
            {
                "line_id": line.line_id,
                "sku": line.sku,
                "name": line.name,
                "quantity": line.quantity,
                "price": _money(line.price),
                "fulfilment": line.fulfilment.value,
                "cancelled": line.cancelled,
            }
            for line in order.lines
        ],
        "shipments": _shipments(order),
    }


def _shipments(order: Order) -> list[dict[str, Any]]:
    return [
        {
            "state": shipment.state.value,
            "carrier": shipment.carrier,
            "tracking_number": shipment.tracking_number,
            "tracking_url": shipment.tracking_url,
            "events": [
                {"at": instant(event.at), "text": event.text, "place": event.place}
                for event in shipment.events
            ],
        }
        for shipment in order.shipments
    ]


def _money(amount: Money) -> dict[str, Any]:
    return {"minor": amount.minor, "currency": amount.currency}
