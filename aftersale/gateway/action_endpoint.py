"""Hosts the custom actions for the engine: one loopback port, one secret, only for the open turn.

The engine's own action server echoes request bodies on failure; this one never does.
"""

import hmac
import json
import logging
from collections.abc import Coroutine, Mapping
from contextvars import copy_context
from typing import Any

from aiohttp import web
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from actions.context import ActionContext, current
from aftersale.errors import AftersaleError, TurnNotOpen
from aftersale.gateway.services import Services

log = logging.getLogger(__name__)
BODY_LIMIT = 8 * 1024 * 1024  # a whole tracker travels with every call
EXECUTOR = web.AppKey("executor", ActionExecutor)
SERVICES = web.AppKey("services", Services)
SECRET = web.AppKey("secret", str)


def create_action_app(services: Services, secret: str) -> web.Application:
    """Return the app that the engine calls; imports the package `actions`."""
    executor = ActionExecutor()
    executor.register_package("actions")
    app = web.Application(client_max_size=BODY_LIMIT)
    app[EXECUTOR], app[SERVICES], app[SECRET] = executor, services, secret
    app.router.add_post("/actions", run_action)
    return app


async def run_action(request: web.Request) -> web.Response:
    """Run the action that the engine names, when its turn is the one that runs; a process edge."""
    given = request.headers.get("X-Actions-Secret", "")
    if not hmac.compare_digest(given.encode("utf-8", "replace"), request.app[SECRET].encode()):
        return _refused(401, "The secret is wrong.")
    try:
        call = json.loads(await request.read())
        turn_id, fence = _turn_of(call)
    except (ValueError, KeyError, TypeError, web.HTTPRequestEntityTooLarge):
        return _refused(400, "This is no action call of an open turn.")
    try:
        return await request.app[SERVICES].in_thread(
            lambda: _run(request.app, call, turn_id, fence)
        )
    except Exception:
        log.exception("an action failed", extra={"turn_id": turn_id, "action": _name(call)})
        return _refused(500, "The action failed.")


def _turn_of(call: Mapping[str, Any]) -> tuple[str, int]:
    """Return turn and fence from the metadata that only our channel sets."""
    metadata = call["tracker"]["latest_message"]["metadata"]
    turn_id, fence = metadata["turn_id"], metadata["fence"]
    if not isinstance(turn_id, str) or type(fence) is not int:
        raise TypeError
    return turn_id, fence


def _name(call: Mapping[str, Any]) -> str:
    return str(call.get("next_action"))[:100]


def _run(app: web.Application, call: dict[str, Any], turn_id: str, fence: int) -> web.Response:
    services = app[SERVICES]
    try:
        allowed = services.turns.call_for(turn_id, fence, services.clock())
    except TurnNotOpen:
        return _refused(409, "This turn is not open.")
    if not str(call["tracker"].get("sender_id", "")).startswith(allowed.conversation_id):
        return _refused(409, "This turn is not open.")
    call.setdefault("domain", {})  # our engine leaves it out: no action reads it
    context = copy_context()
    context.run(current.set, ActionContext(allowed, services.use_cases))
    return context.run(_execute, app[EXECUTOR], call)


def _execute(executor: ActionExecutor, call: dict[str, Any]) -> web.Response:
    try:
        result = _finished(executor.run(call))
    except ActionExecutionRejection:
        body = {"error": "The action declined.", "action_name": _name(call)}
        return web.json_response(body, status=400)
    except ActionNotFoundException:
        log.error("an unknown action was called", extra={"action": _name(call)})  # noqa: TRY400
        return _refused(404, "There is no such action.")
    except AftersaleError as error:
        log.warning("an action was refused", extra={"code": error.code, "action": _name(call)})
        return _refused(500, "The action failed.")
    empty: dict[str, Any] = {"events": [], "responses": []}
    return web.json_response(result.model_dump() if result else empty)


def _finished(running: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in which nothing waits, without a loop: actions are synchronous inside."""
    try:
        running.send(None)
    except StopIteration as done:
        return done.value
    running.close()
    raise TypeError("An action waited for something; actions are synchronous.")


def _refused(status: int, detail: str) -> web.Response:
    return web.json_response({"error": detail}, status=status)
