"""The shop's order system behind a signed HTTP POST.

The body is signed with HMAC-SHA256 over `<timestamp>.<body>`; a shop checks the signature, refuses
an old timestamp, and answers 2xx (done), 202 (will tell later) or 409 (refused, with `reason`).
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

import urllib3

from aftersale.adapters.shop_ledger import ShopSaid
from aftersale.errors import ProviderUnavailable
from aftersale.services.ports import Clock

SIGNATURE = "X-Aftersale-Signature"
TIMESTAMP = "X-Aftersale-Timestamp"
KEY = "Idempotency-Key"

_TIMEOUT = urllib3.Timeout(connect=3.0, read=10.0)
_REASON_LIMIT = 500  # characters; a reason is read by people
_ACCEPTED, _REFUSED = 202, 409


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a body sent at that time."""
    signed = timestamp.encode() + b"." + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


class ShopWebhook:
    """The `ShopOrders` port over HTTP."""

    def __init__(self, *, url: str, secret: str, clock: Clock) -> None:
        self._url, self._secret, self._clock = url, secret, clock
        # Redirects are not followed: a signed command goes to the configured address or nowhere.
        self._http = urllib3.PoolManager(retries=False, timeout=_TIMEOUT)

    def cancel(
        self, *, storefront: str, number: str, line_ids: Sequence[str], idempotency_key: str
    ) -> ShopSaid:
        """Send the command; the key lets the shop recognise a repeated one.

        Raises:
            ProviderUnavailable: no answer, or one that says neither yes, later nor no.
        """
        command = {
            "command": "order.cancel",
            "storefront": storefront,
            "number": number,
            "line_ids": list(line_ids),
        }
        body = json.dumps(command, sort_keys=True).encode()
        return _said(self._post(body, idempotency_key))

    def _post(self, body: bytes, key: str) -> urllib3.BaseHTTPResponse:
        timestamp = str(int(self._clock().timestamp()))
        headers = {
            "Content-Type": "application/json",
            TIMESTAMP: timestamp,
            SIGNATURE: sign(self._secret, timestamp, body),
            KEY: key,
        }
        try:
            return self._http.request("POST", self._url, body=body, headers=headers)
        except urllib3.exceptions.HTTPError as exc:
            raise ProviderUnavailable("The shop did not answer.") from exc


def _said(response: urllib3.BaseHTTPResponse) -> ShopSaid:
    if response.status == _ACCEPTED:
        return ShopSaid(acknowledged=None)
    if response.status == _REFUSED:
        return ShopSaid(acknowledged=False, reason=_reason(response.data))
    if 200 <= response.status < 300:
        return ShopSaid(acknowledged=True)
    raise ProviderUnavailable(f"The shop answered {response.status}.")


def _reason(body: bytes) -> str | None:
    try:
        told: Any = json.loads(body)
    except ValueError:
        return None
    reason = told.get("reason") if isinstance(told, dict) else None
    return reason[:_REASON_LIMIT] if isinstance(reason, str) else None
