"""Signed requests between shop and app: HMAC-SHA256 over timestamp and body. Pure."""

import hashlib
import hmac
from datetime import datetime

WINDOW = 300  # seconds either way: a request that was overheard cannot be played again later


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a body sent at a Unix time."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def is_signed(secret: str, *, timestamp: str, body: bytes, signature: str, now: datetime) -> bool:
    """Return whether the signature holds and the time is within the window."""
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    if abs(now.timestamp() - int(timestamp)) > WINDOW:
        return False
    expected = sign(secret, timestamp, body)
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
