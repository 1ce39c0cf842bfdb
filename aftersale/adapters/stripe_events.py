"""Reads what Stripe posts to us: its signature, and the few events that matter. Pure."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aftersale.services.provider_word import ProviderEvent, ProviderRefund, Settled

SIGNATURE = "Stripe-Signature"
WINDOW = 300  # seconds either way
KEY = "aftersale_key"  # in a refund's metadata: the idempotency key of the effect
REFUNDS = frozenset({"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"})
SETTLED = {
    "succeeded": Settled.DONE,
    "failed": Settled.FAILED,
    "canceled": Settled.FAILED,
}


def is_signed(secret: str, *, header: str, body: bytes, now: datetime) -> bool:
    """Return whether one of the signatures holds for the raw body and its time is near."""
    parts = [part.strip().partition("=") for part in header.split(",")]
    times = [value for name, _, value in parts if name == "t"]
    given = [value for name, _, value in parts if name == "v1"]
    if len(times) != 1 or not times[0].isascii() or not times[0].isdigit() or len(times[0]) > 12:
        return False
    signed = times[0].encode() + b"." + body
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest().encode()
    fits = [hmac.compare_digest(expected, each.encode("utf-8", "replace")) for each in given]
    return any(fits) and abs(now.timestamp() - int(times[0])) <= WINDOW


def read_event(event: Any) -> ProviderEvent | None:
    """Return what the event tells; None for one that is none."""
    if not isinstance(event, Mapping) or not isinstance(event.get("id"), str):
        return None
    kind, data = event.get("type"), event.get("data")
    thing = data.get("object") if isinstance(data, Mapping) else None
    if not isinstance(kind, str) or not isinstance(thing, Mapping):
        return None
    if kind in REFUNDS:
        return ProviderEvent(event["id"], kind, refunds=(read_refund(thing),))
    if kind == "payment_intent.canceled":
        return ProviderEvent(event["id"], kind, cancelled=_text(thing.get("id")))
    if kind == "charge.refunded":  # newer versions leave the refunds out: they are asked for
        payment = _text(thing.get("payment_intent")) or _text(thing.get("id"))
        return ProviderEvent(event["id"], kind, ask_about=payment)
    return ProviderEvent(event["id"], kind)


def read_refund(thing: Mapping[str, Any]) -> ProviderRefund:
    """Return a refund of Stripe's as the services know it."""
    metadata = thing.get("metadata")
    return ProviderRefund(
        reference=_text(thing.get("id")) or "",
        key=_text(metadata.get(KEY)) if isinstance(metadata, Mapping) else None,
        settled=SETTLED.get(str(thing.get("status")), Settled.OPEN),
        reason=_text(thing.get("failure_reason")),
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
