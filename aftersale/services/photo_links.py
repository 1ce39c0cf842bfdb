"""Short-lived signed links to what was sent: an `<img>` cannot carry the bearer token."""

import hashlib
import hmac
from datetime import datetime, timedelta

LASTS = timedelta(minutes=15)


class PhotoLinks:
    """Signs and checks links. Only who may read the attachment's conversation is given one."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def token(self, attachment_id: str, now: datetime) -> str:
        """Return what opens the attachment until its time is over."""
        until = int((now + LASTS).timestamp())
        return f"{until}.{self._signature(attachment_id, until)}"

    def holds(self, attachment_id: str, token: str, now: datetime) -> bool:
        """Return whether the token opens this attachment now."""
        until, _, signature = token.partition(".")
        if not until.isascii() or not until.isdigit() or len(until) > 12:
            return False
        expected = self._signature(attachment_id, int(until))
        is_ours = hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
        return is_ours and now.timestamp() < int(until)

    def _signature(self, attachment_id: str, until: int) -> str:
        said = f"photo:{attachment_id}:{until}".encode("utf-8", "replace")
        return hmac.new(self._secret, said, hashlib.sha256).hexdigest()
