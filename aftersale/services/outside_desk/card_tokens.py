"""Short-lived signed words that open the card of one handoff, and nothing else."""

import hashlib
import hmac
from datetime import datetime, timedelta

LASTS = timedelta(hours=1)
RENEWED_BEFORE = timedelta(minutes=30)  # so that what stands at the desk never runs out there
_LIMIT = 256  # characters


class CardTokens:
    """Signs and checks them. Only the desk is given one, over its own interface."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def token(self, handoff_id: str, until: datetime) -> str:
        """Return what opens the card until then."""
        end = int(until.timestamp())
        return f"{handoff_id}.{end}.{self._signature(handoff_id, end)}"

    def opens(self, token: str, now: datetime) -> str | None:
        """Return the handoff whose card the token opens now; None when it opens none."""
        handoff_id, _, rest = token.partition(".")
        until, _, signature = rest.partition(".")
        is_shaped = until.isascii() and until.isdigit() and len(until) <= 12
        if not is_shaped or len(token) > _LIMIT:
            return None
        expected = self._signature(handoff_id, int(until))
        is_ours = hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
        return handoff_id if is_ours and now.timestamp() < int(until) else None

    def _signature(self, handoff_id: str, until: int) -> str:
        said = f"card:{handoff_id}:{until}".encode("utf-8", "replace")
        return hmac.new(self._secret, said, hashlib.sha256).hexdigest()
