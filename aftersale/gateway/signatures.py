"""Checks what a shop signed, by the same rule by which we sign for it. Pure."""

import hmac
from datetime import datetime

from aftersale.adapters.shop_webhook import sign

WINDOW = 300  # seconds either way: a request that was overheard cannot be played again later


def is_signed(secret: str, *, timestamp: str, body: bytes, signature: str, now: datetime) -> bool:
    """Return whether the signature holds and the time is within the window."""
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    if abs(now.timestamp() - int(timestamp)) > WINDOW:
        return False
    expected = sign(secret, timestamp, body)
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
