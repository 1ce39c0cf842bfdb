"""Calls to the app's action endpoint: one pooled connection, a short timeout, a slim body."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

ACTION_SECONDS = 8.0
EVENTS_SENT = 20  # what the buyer just said, and what was said last; slots carry the rest
_ANSWER_LIMIT = 1_000_000


class PooledActionEndpoint(EndpointConfig):
    """Rasa's endpoint opens a connection and sends the whole history at every call."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        super().__init__(url=url, headers=headers)
        self._client: aiohttp.ClientSession | None = None

    async def request(  # type: ignore[override]
        self,
        method: str = "post",
        json: Any = None,
        **_kwargs: Any,
    ) -> Any:
        """Send one action call and return the answer."""
        timeout = aiohttp.ClientTimeout(total=ACTION_SECONDS)
        client = self._opened()
        async with client.request(method, self.url, json=slim(json), timeout=timeout) as answer:
            body = await answer.content.read(_ANSWER_LIMIT)
            if answer.status >= 400:
                raise ClientResponseError(answer.status, answer.reason or "", _text(body))
            return _parsed(body)

    async def close(self) -> None:
        """Close the pooled connection."""
        if self._client is not None:
            await self._client.close()

    def _opened(self) -> aiohttp.ClientSession:
        # Opened on first use: a client needs the running loop.
        if self._client is None or self._client.closed:
            self._client = aiohttp.ClientSession(headers=self.headers, trust_env=False)
        return self._client


def slim(call: dict[str, Any]) -> dict[str, Any]:
    """Return an action call without the domain and with the last few events only."""
    tracker = dict(call["tracker"])
    tracker["events"] = tracker["events"][-EVENTS_SENT:]
    return {**call, "tracker": tracker, "domain": {}}


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as exc:
        raise aiohttp.ClientPayloadError("The action endpoint's answer is not JSON.") from exc


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")
