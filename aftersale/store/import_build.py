"""Turns a checked line of an import file into the domain's order, buyer and seller."""

import secrets
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

from aftersale.domain.fulfilment import FulfilmentState, Shipment, TrackingEvent
from aftersale.domain.money import Money
from aftersale.domain.orders import Order, OrderKind, OrderLine, OrderState, ReturnClass
from aftersale.domain.parties import Buyer, RestockingFee, Seller
from aftersale.domain.payments import Payment, PaymentMethod, PaymentState


def order_from_import(entry: dict[str, Any], *, buyer_id: str) -> Order:
    """Return the order of a line that passed the check."""
    seller = entry.get("seller")
    return Order(
        number=canonical_number(entry["number"]),
        storefront=entry["storefront"],
        buyer_id=buyer_id,
        seller_id=seller_id(entry["storefront"], seller["id"]) if seller else None,
        kind=OrderKind(entry.get("kind", "normal")),
        state=OrderState(entry["state"]),
        placed_at=_time(entry["placed_at"]),
        currency=entry["currency"],
        total=_money(entry["total"]),
        lines=tuple(_line(line) for line in entry["lines"]),
        payment=_payment(entry["payment"]),
        shipments=tuple(_shipment(shipment) for shipment in entry.get("shipments", ())),
        estimated_delivery_at=_maybe(entry.get("estimated_delivery_at")),
        fulfilment_started_at=_maybe(entry.get("fulfilment_started_at")),
        campaign_ends_at=_maybe(entry.get("campaign_ends_at")),
        group_id=entry.get("group_id"),
        leader_name=entry.get("leader_name"),
        leader_email=entry.get("leader_email"),
        address=entry.get("address", {}),
        instructions=entry.get("instructions"),
        order_url=entry.get("order_url"),
        notification_sent_at=_maybe(entry.get("notification_sent_at")),
        notification_sent_to=entry.get("notification_sent_to"),
        source_version=entry["source_version"],
    )


def canonical_number(text: str) -> str:
    """Return the number as it is shown: upper case, no spaces, separators kept."""
    return "".join(text.split()).upper()


def seller_id(storefront: str, shops_id: str) -> str:
    """Return our id of a seller; shops number theirs independently of each other."""
    return f"{storefront}:{shops_id}"


def buyer_from_import(entry: dict[str, Any]) -> Buyer:
    """Return the buyer of a line under a new id; the caller keeps the id of a known one."""
    buyer = entry["buyer"]
    return Buyer(
        buyer_id=secrets.token_hex(12),
        storefront=entry["storefront"],
        subject=buyer["subject"],
        email=buyer["email"],
        first_name=buyer["first_name"],
        member_id=buyer.get("member_id"),
        timezone=buyer.get("timezone", "UTC"),
        locale=buyer.get("locale", "en"),
    )


def seller_from_import(entry: dict[str, Any]) -> Seller | None:
    """Return the seller of a line, when it names one."""
    seller = entry.get("seller")
    if seller is None:
        return None
    return Seller(
        seller_id=seller_id(entry["storefront"], seller["id"]),
        storefront=entry["storefront"],
        nickname=seller["nickname"],
        email=seller["email"],
        phone=seller.get("phone"),
        contact_url=seller.get("contact_url"),
        shipping_policy_url=seller.get("shipping_policy_url"),
        returns_policy_url=seller.get("returns_policy_url"),
        restocking_fee=_fee(seller.get("restocking_fee")),
        online=seller.get("online", False),
        chat_url=seller.get("chat_url"),
        message_url=seller.get("message_url"),
        email_valid=seller.get("email_valid", True),
    )


def _fee(fee: dict[str, Any] | None) -> RestockingFee | None:
    if fee is None:
        return None
    percent = Decimal(fee["percent"]) if "percent" in fee else None
    return RestockingFee(percent=percent, flat=_money(fee["flat"]) if "flat" in fee else None)


def _line(line: dict[str, Any]) -> OrderLine:
    return OrderLine(
        line_id=line["line_id"],
        sku=line["sku"],
        name=line["name"],
        quantity=line["quantity"],
        price=_money(line["price"]),
        options=line.get("options", {}),
        return_class=ReturnClass(line.get("return_class", "standard")),
        fulfilment=FulfilmentState(line.get("fulfilment", "none")),
        cancelled=line.get("cancelled", False),
        in_stock=line.get("in_stock", True),
        product_url=line.get("product_url"),
    )


def _payment(payment: dict[str, Any]) -> Payment:
    return Payment(
        method=PaymentMethod(payment["method"]),
        state=PaymentState(payment["state"]),
        paid_at=_maybe(payment.get("paid_at")),
        verified_at=_maybe(payment.get("verified_at")),
        auth_expires_at=_maybe(payment.get("auth_expires_at")),
        provider_ref=payment.get("provider_ref"),
        display=payment.get("display"),
    )


def _shipment(shipment: dict[str, Any]) -> Shipment:
    return Shipment(
        shipment_id=shipment["shipment_id"],
        line_ids=tuple(shipment["line_ids"]),
        state=FulfilmentState(shipment["state"]),
        carrier=shipment.get("carrier"),
        tracking_number=shipment.get("tracking_number"),
        tracking_url=shipment.get("tracking_url"),
        shipped_at=_maybe(shipment.get("shipped_at")),
        delivered_at=_maybe(shipment.get("delivered_at")),
        events=tuple(
            TrackingEvent(at=_time(event["at"]), text=event["text"], place=event.get("place"))
            for event in shipment.get("events", ())
        ),
    )


def _money(amount: dict[str, Any]) -> Money:
    return Money(amount["minor"], amount["currency"])


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(timezone.utc)


def _maybe(text: str | None) -> datetime | None:
    return None if text is None else _time(text)
