"""The engine's one door: message, trigger, append, state, erase, health; for the app alone."""

from __future__ import annotations

import hmac
import json
import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_answer

from bot.runtime import conversation, inputs
from bot.runtime.event_log import StoreUnavailable

SECRET_HEADER = "X-Engine-Secret"  # noqa: S105 - the name of a header
SECRET_NAME = "AFTERSALE_ENGINE_SECRET"  # noqa: S105 - the name of a setting
SHORTEST_SECRET = 16
logger = logging.getLogger(__name__)

Handler = Callable[[Any, Any], Awaitable[dict[str, Any]]]


class AftersaleChannel(InputChannel):
    """Rasa channel for the app; every request carries the shared secret."""

    def __init__(self, secret: str, model: str = "") -> None:
        self._secret = secret
        self._model = model

    @classmethod
    def name(cls) -> str:
        """Name the channel; it is also its path."""
        return "aftersale"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> AftersaleChannel:  # noqa: ARG003
        """Take the secret from the environment, so that no file holds it."""
        return cls(checked_secret(os.environ.get(SECRET_NAME, "")))

    def blueprint(
        self,
        on_new_message: Callable[[UserMessage], Awaitable[Any]],  # noqa: ARG002 - see conversation
    ) -> Blueprint:
        """Build the routes."""
        routes = Blueprint("aftersale_channel")
        for path, handler in _HANDLERS.items():
            routes.add_route(self._guarded(handler), path, methods=["POST"], name=path[1:])
        routes.add_route(self._guarded(self._health), "/health", methods=["GET"], name="health")
        return routes

    def _guarded(self, handler: Handler) -> Callable[[Request], Awaitable[HTTPResponse]]:
        async def answer(request: Request) -> HTTPResponse:
            if not self._is_the_app(request):
                return problem(401, "secret_invalid", "The shared secret is missing or wrong.")
            return await _answer(handler, request)

        return answer

    async def _health(self, agent: Any, _body: Any) -> dict[str, Any]:
        ready = agent is not None and agent.is_ready()
        return {"ready": ready, "model": self._model or (ready and agent.model_id)}

    def _is_the_app(self, request: Request) -> bool:
        given = request.headers.get(SECRET_HEADER, "")
        return hmac.compare_digest(given.encode("utf-8", "replace"), self._secret.encode())


_HANDLERS: dict[str, Handler] = {
    "/message": conversation.message,
    "/trigger": conversation.trigger,
    "/append": conversation.append,
    "/state": conversation.state,
    "/erase": conversation.erase,
}


async def _answer(handler: Handler, request: Request) -> HTTPResponse:
    """Call `handler`; map what it raises to problems that say nothing of the request."""
    try:
        return json_answer(await handler(request.app.ctx.agent, _body(request)))
    except inputs.InputRefused as refused:
        return problem(refused.status, "input_refused", refused.detail)
    except StoreUnavailable:
        logger.exception("The event log is unavailable.")
        return problem(503, "store_unavailable", "The conversation cannot be read now.")
    except Exception:
        logger.exception("A turn failed.")
        return problem(500, "engine_error", "The engine could not answer.")


def _body(request: Request) -> Any:
    if request.method == "GET":
        return None
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError) as exc:
        raise inputs.InputRefused("The body must be JSON.") from exc


def checked_secret(secret: str) -> str:
    """Return `secret` when it is long enough to be one."""
    if len(secret) < SHORTEST_SECRET:
        raise ValueError(f"{SECRET_NAME} must have at least {SHORTEST_SECRET} characters.")
    return secret


def problem(status: int, code: str, detail: str) -> HTTPResponse:
    """Answer with a problem document (RFC 9457)."""
    body = {"status": status, "code": code, "detail": detail}
    return json_answer(body, status=status, content_type="application/problem+json")
