"""Tells Telegram's own calls of our webhook from everybody else's. Pure."""

import hmac
from collections.abc import Mapping

from aftersale.services.ports_channels import NotSigned

HEADER = "x-telegram-bot-api-secret-token"


def verify(headers: Mapping[str, str], secret: str) -> None:
    """Raise NotSigned unless the header holds the secret. Constant time; names in lower case."""
    given = headers.get(HEADER, "").encode("utf-8", "replace")
    if not secret or not hmac.compare_digest(given, secret.encode()):
        raise NotSigned
