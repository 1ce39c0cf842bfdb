"""The engine over loopback HTTP: one pooled client; every failure becomes EngineUnavailable."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp

from aftersale.errors import EngineUnavailable
from aftersale.services.engine import (
    EngineAnswer,
    EngineHealth,
    EngineMessage,
    EngineState,
    Saying,
)

HEALTH_SECONDS = 2.0
ERASE_SECONDS = 5.0
ANSWER_LIMIT = 1_000_000  # bytes; more is no answer


class HttpEngine:
    """Speaks the engine protocol. The client is opened by `open` and closed by `close`."""

    def __init__(self, url: str, secret: str) -> None:
        self._base = f"{url}/webhooks/aftersale"
        self._secret = secret
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Open the pooled client; needs a running event loop."""
        self._session = aiohttp.ClientSession(
            headers={"X-Engine-Secret": self._secret}, trust_env=False
        )

    async def close(self) -> None:
        """Close the client."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def message(self, message: EngineMessage, *, seconds: float) -> EngineAnswer:
        """Let the engine answer within so many seconds.

        Raises:
            EngineUnavailable: no connection, no answer in time, or no usable answer.
        """
        status, body = await self._call("POST", "/message", _as_json(message), seconds)
        if status != 200:
            raise EngineUnavailable(f"The engine answered with status {status}.")
        return _answer(body)

    async def append(
        self,
        conversation_id: str,
        epoch: int,
        events: Sequence[Mapping[str, Any]],
        *,
        seconds: float,
    ) -> None:
        """Write events into the engine's memory.

        Raises:
            EngineUnavailable: it did not say that it has.
        """
        named = {"conversation_id": conversation_id, "epoch": epoch}
        body = {**named, "events": [dict(event) for event in events]}
        status, _ = await self._call("POST", "/append", body, seconds)
        if status != 200:
            raise EngineUnavailable(f"The engine answered with status {status}.")

    async def state(
        self, conversation_id: str, epoch: int, *, seconds: float
    ) -> EngineState | None:
        """Ask what the engine remembers; None when it cannot say."""
        named = {"conversation_id": conversation_id, "epoch": epoch}
        try:
            status, body = await self._call("POST", "/state", named, seconds)
        except EngineUnavailable:
            return None
        if status != 200 or not isinstance(body, dict):
            return None
        slots, form = body.get("slots"), body.get("form")
        if not isinstance(slots, dict) or not isinstance(form, str | None):
            return None
        return EngineState(slots, form)

    async def erase(self, conversation_id: str) -> None:
        """Let the engine forget a conversation.

        Raises:
            EngineUnavailable: it did not say that it has.
        """
        body = {"conversation_id": conversation_id}
        status, _ = await self._call("POST", "/erase", body, ERASE_SECONDS)
        if status != 200:
            raise EngineUnavailable(f"The engine answered with status {status}.")

    async def health(self) -> EngineHealth:
        """Ask the engine how it is; never raises."""
        try:
            status, body = await self._call("GET", "/health", None, HEALTH_SECONDS)
        except EngineUnavailable:
            return EngineHealth(reachable=False)
        model = body.get("model") if isinstance(body, dict) and body.get("ready") else None
        return EngineHealth(status == 200, str(model) if model else None)

    async def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None, seconds: float
    ) -> tuple[int, Any]:
        if self._session is None:
            raise EngineUnavailable("The engine's client is not open.")
        timeout = aiohttp.ClientTimeout(total=seconds)
        try:
            async with self._session.request(
                method, self._base + path, json=body, timeout=timeout, allow_redirects=False
            ) as response:
                if (response.content_length or 0) > ANSWER_LIMIT:
                    raise EngineUnavailable("The engine's answer is too large.")
                return response.status, await response.json(content_type=None)
        # ValueError: not JSON, or not UTF-8.
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as exc:
            raise EngineUnavailable(f"The engine gave no answer ({type(exc).__name__}).") from exc


def _as_json(message: EngineMessage) -> dict[str, Any]:
    body: dict[str, Any] = {
        "conversation_id": message.conversation_id,
        "turn_id": message.turn_id,
        "fence": message.fence,
        "epoch": message.epoch,
    }
    if message.intent is not None:
        return body | {"intent": message.intent, "entities": dict(message.entities)}
    return body | {"text": message.text}


def _answer(body: Any) -> EngineAnswer:
    """Read an answer; anything of another shape is no answer."""
    messages = body.get("messages") if isinstance(body, dict) else None
    if not isinstance(messages, list):
        raise EngineUnavailable("The engine's answer has the wrong shape.")
    parse = body.get("parse")
    parse = parse if isinstance(parse, dict) else {}
    return EngineAnswer(
        sayings=tuple(_saying(item) for item in messages),
        intent=parse.get("intent"),
        confidence=parse.get("confidence"),
    )


def _saying(item: Any) -> Saying:
    if not isinstance(item, dict) or not isinstance(item.get("response"), str):
        raise EngineUnavailable("The engine's answer has the wrong shape.")
    variables = item.get("variables")
    return Saying(item["response"], variables if isinstance(variables, dict) else {})
