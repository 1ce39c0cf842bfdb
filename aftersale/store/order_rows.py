"""How an order lies in its tables: one row, its lines, its shipments."""

from typing import Any

from sqlalchemy import Row

from aftersale.domain.fulfilment import Shipment, TrackingEvent
from aftersale.domain.money import Money
from aftersale.domain.order_numbers import number_key
from aftersale.domain.orders import Order, OrderLine
from aftersale.domain.payments import Payment
from aftersale.store.column_types import instant
from aftersale.store.rows import values

_ELSEWHERE = ("total", "lines", "payment", "shipments")


def order_values(order: Order) -> dict[str, Any]:
    """Return the columns of the order's own row."""
    own = values(order)
    for name in _ELSEWHERE:
        del own[name]
    payment = order.payment
    return own | {
        "number_key": number_key(order.number),
        "total_minor": order.total.minor,
        "pay_method": payment.method,
        "pay_state": payment.state,
        "paid_at": payment.paid_at,
        "verified_at": payment.verified_at,
        "auth_expires_at": payment.auth_expires_at,
        "provider_ref": payment.provider_ref,
        "pay_display": payment.display,
    }


def line_values(order: Order) -> list[dict[str, Any]]:
    """Return the rows of the order's lines."""
    return [_line(order, position, line) for position, line in enumerate(order.lines)]


def _line(order: Order, position: int, line: OrderLine) -> dict[str, Any]:
    own = values(line)
    del own["price"]
    return own | {
        "storefront": order.storefront,
        "order_number": order.number,
        "position": position,
        "price_minor": line.price.minor,
    }


def shipment_values(order: Order) -> list[dict[str, Any]]:
    """Return the rows of the order's shipments."""
    return [
        values(shipment)
        | {
            "storefront": order.storefront,
            "order_number": order.number,
            "position": position,
            "events": [values(event) for event in shipment.events],
        }
        for position, shipment in enumerate(order.shipments)
    ]


def order_from(
    row: Row[Any], lines: tuple[OrderLine, ...], shipments: tuple[Shipment, ...]
) -> Order:
    """Return the order of a row with the lines and shipments that belong to it."""
    return Order(
        number=row.number,
        storefront=row.storefront,
        buyer_id=row.buyer_id,
        seller_id=row.seller_id,
        kind=row.kind,
        state=row.state,
        placed_at=row.placed_at,
        currency=row.currency,
        total=Money(row.total_minor, row.currency),
        lines=lines,
        payment=payment_from(row),
        shipments=shipments,
        estimated_delivery_at=row.estimated_delivery_at,
        fulfilment_started_at=row.fulfilment_started_at,
        campaign_ends_at=row.campaign_ends_at,
        group_id=row.group_id,
        leader_name=row.leader_name,
        leader_email=row.leader_email,
        address=row.address,
        instructions=row.instructions,
        order_url=row.order_url,
        notification_sent_at=row.notification_sent_at,
        notification_sent_to=row.notification_sent_to,
        version=row.version,
        source_version=row.source_version,
    )


def payment_from(row: Row[Any]) -> Payment:
    """Return the payment kept in the order's row."""
    return Payment(
        method=row.pay_method,
        state=row.pay_state,
        paid_at=row.paid_at,
        verified_at=row.verified_at,
        auth_expires_at=row.auth_expires_at,
        provider_ref=row.provider_ref,
        display=row.pay_display,
    )


def line_from(row: Row[Any], currency: str) -> OrderLine:
    """Return one line; its price is in the currency of the order."""
    return OrderLine(
        line_id=row.line_id,
        sku=row.sku,
        name=row.name,
        quantity=row.quantity,
        price=Money(row.price_minor, currency),
        options=row.options,
        return_class=row.return_class,
        fulfilment=row.fulfilment,
        cancelled=row.cancelled,
        in_stock=row.in_stock,
        product_url=row.product_url,
    )


def shipment_from(row: Row[Any]) -> Shipment:
    """Return one shipment with its scans."""
    return Shipment(
        shipment_id=row.shipment_id,
        line_ids=row.line_ids,
        state=row.state,
        carrier=row.carrier,
        tracking_number=row.tracking_number,
        tracking_url=row.tracking_url,
        shipped_at=row.shipped_at,
        delivered_at=row.delivered_at,
        events=tuple(
            TrackingEvent(at=instant(event["at"]), text=event["text"], place=event["place"])
            for event in row.events
        ),
    )
