"""How far the goods of an order got: what changes in the import format."""

from datetime import datetime, timedelta
from typing import Any

from tests.conversation.world import line, shipped


def delivered(moment: datetime, *more: dict[str, Any]) -> dict[str, Any]:
    """Return what changes once every line has arrived; `more` lines beside the shoes."""
    sent = shipped(moment - timedelta(hours=6))
    lines = [line(fulfilment="delivered"), *({**each, "fulfilment": "delivered"} for each in more)]
    parcel = sent["shipments"][0] | {
        "state": "delivered",
        "delivered_at": moment.isoformat(),
        "line_ids": [each["line_id"] for each in lines],
    }
    return sent | {"lines": lines, "shipments": [parcel]}


def on_its_way(left: datetime, expected: datetime) -> dict[str, Any]:
    """Return what changes once it has left, with the day it is expected."""
    parcel = shipped(left)
    tracking = {"carrier": "DPD", "tracking_number": "DP55100300"}
    placed = (left - timedelta(days=1)).isoformat()
    return parcel | {
        "shipments": [parcel["shipments"][0] | tracking],
        "estimated_delivery_at": expected.isoformat(),
        "placed_at": placed,
        "payment": {"method": "bank_transfer", "state": "paid", "paid_at": placed},
    }


def lamp() -> dict[str, Any]:
    """Return a second line for an order."""
    return line(line_id="2", sku="LAMP-BRASS", name="Brass desk lamp")
