"""A shop that keeps its accounts itself, behind a POST signed as commands to its orders are."""

import json

import urllib3

from aftersale.adapters.shop_webhook import KEY, SIGNATURE, TIMESTAMP, sign
from aftersale.errors import ProviderRefused, ProviderUnavailable
from aftersale.services.ports import Clock

_TIMEOUT = urllib3.Timeout(connect=3.0, read=10.0)
_REFUSED = 409


class AccountsWebhook:
    """The `IdentityProvider` port over HTTP. The shop answers alike whether or not it knows whom.

    It finds the account, sends the instructions and ends the sessions itself.
    """

    def __init__(self, *, url: str, secret: str, clock: Clock) -> None:
        self._url, self._secret, self._clock = url, secret, clock
        # Redirects are not followed: a signed command goes to the configured address or nowhere.
        self._http = urllib3.PoolManager(retries=False, timeout=_TIMEOUT)

    def forgot_password(
        self,
        *,
        storefront: str,
        email: str | None,
        member_id: str | None,
        idempotency_key: str,
    ) -> None:
        """Pass on that somebody asked for a new password for the account named so.

        Raises:
            ProviderRefused: the shop says no.
            ProviderUnavailable: no answer, or one that is neither yes nor no.
        """
        command = {
            "command": "account.password_reset",
            "storefront": storefront,
            "email": email,
            "member_id": member_id,
        }
        status = self._post(json.dumps(command, sort_keys=True).encode(), idempotency_key)
        if status == _REFUSED:
            raise ProviderRefused("The shop refused to send instructions.")
        if not 200 <= status < 300:
            raise ProviderUnavailable(f"The shop answered {status}.")

    def _post(self, body: bytes, key: str) -> int:
        timestamp = str(int(self._clock().timestamp()))
        headers = {
            "Content-Type": "application/json",
            TIMESTAMP: timestamp,
            SIGNATURE: sign(self._secret, timestamp, body),
            KEY: key,
        }
        try:
            return self._http.request("POST", self._url, body=body, headers=headers).status
        except urllib3.exceptions.HTTPError as exc:
            raise ProviderUnavailable("The shop did not answer.") from exc
