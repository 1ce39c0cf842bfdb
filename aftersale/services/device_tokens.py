"""Tokens with which a verified buyer goes on with a conversation on another device.

Signed, not stored: the first device keeps the token it has. They hold as long as the conversation
is this buyer's.
"""

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime

from aftersale.domain.conversations import Closed, Conversation

_KIND = "d"


class DeviceTokens:
    """Mints and checks such tokens."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def mint(self, conversation: Conversation, until: datetime) -> str:
        """Return a token that opens the conversation until then."""
        seconds = int(until.timestamp())
        own = conversation.conversation_id
        return f"{own}.{_KIND}.{seconds}.{self._signature(conversation, seconds)}"

    def entered(
        self, conversation: Conversation, token: str, now: datetime
    ) -> Conversation | None:
        """Return the conversation as the holder's session sees it; None when nothing opens."""
        kind, _, rest = token.partition(".")[2].partition(".")
        seconds, _, signature = rest.partition(".")
        if kind != _KIND or not seconds.isascii() or not seconds.isdigit() or len(seconds) > 12:
            return None
        expected = self._signature(conversation, int(seconds))
        is_ours = hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
        is_gone = conversation.buyer_id is None or conversation.closed_as is Closed.DELETED
        until = datetime.fromtimestamp(int(seconds), UTC)
        if not is_ours or is_gone or until <= now:
            return None
        return replace(
            conversation, token_hash=device_session(conversation), token_expires_at=until
        )

    def _signature(self, conversation: Conversation, seconds: int) -> str:
        about = (conversation.conversation_id, conversation.storefront, conversation.buyer_id)
        said = f"device:{seconds}:{':'.join(map(str, about))}"
        return hmac.new(self._secret, said.encode(), hashlib.sha256).hexdigest()


def device_session(conversation: Conversation) -> str:
    """Return what names the session of any other device of the conversation's buyer."""
    return hashlib.sha256(f"device:{conversation.buyer_id}".encode()).hexdigest()
