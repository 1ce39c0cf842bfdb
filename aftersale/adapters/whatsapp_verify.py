"""Whether it is WhatsApp who calls: the signature of a webhook, the question before the first."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence

from aftersale.services.ports_channels import NotSigned

SIGNATURE = "x-hub-signature-256"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{1,200}")


def verify(headers: Mapping[str, str], body: bytes, *, secrets: Sequence[str]) -> None:
    """Check the signature over the raw bytes; any of the secrets may have made it.

    Raises:
        NotSigned: none of them has.
    """
    given = headers.get(SIGNATURE, "").encode("utf-8", "replace")
    # All are compared, and each in constant time: how long it takes tells nothing.
    held = [hmac.compare_digest(_signature(secret, body), given) for secret in secrets]
    if not any(held):
        raise NotSigned


def challenge(query: Mapping[str, str], config: Mapping[str, str]) -> str:
    """Return what the provider wants to hear back when the webhook's address is registered.

    Raises:
        NotSigned: the question does not know our `verify_token`.
    """
    wanted = config["verify_token"].encode()
    given = query.get("hub.verify_token", "").encode("utf-8", "replace")
    asked = query.get("hub.challenge", "")
    is_known = hmac.compare_digest(wanted, given) and query.get("hub.mode") == "subscribe"
    if not wanted or not is_known or not _CHALLENGE.fullmatch(asked):
        raise NotSigned
    return asked


def _signature(secret: str, body: bytes) -> bytes:
    made = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return f"sha256={made}".encode()
