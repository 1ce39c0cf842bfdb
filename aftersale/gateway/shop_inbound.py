"""The shop's signed word: about its orders, and about commands it said it would answer later."""

from typing import Any

from aiohttp import web

from aftersale.adapters.shop_webhook import SIGNATURE, TIMESTAMP
from aftersale.errors import ImportInvalid, StorefrontUnknown
from aftersale.gateway.bodies import body, parse, required_text, text
from aftersale.gateway.keys import SERVICES, SETTINGS
from aftersale.gateway.replies import Refusal, reply
from aftersale.gateway.signatures import is_signed
from aftersale.services.shop_events import LateAnswer

KEY_LIMIT = 200
REASON_LIMIT = 500


async def take_order(request: web.Request) -> web.Response:
    """Take one order in the import format; an older word than the one we have is ignored."""
    services, storefront = request.app[SERVICES], request.match_info["storefront"]
    order = await _signed(request)
    try:
        taken = await services.in_thread(
            lambda: services.take_order(storefront, order, services.clock())
        )
    except ImportInvalid as exc:
        # The problems name fields and lines of the shop's data: they are for its own log.
        raise Refusal("bad_request", "The order does not fit the import format.") from exc
    return reply({"taken": taken})


async def acknowledge(request: web.Request) -> web.Response:
    """Take the shop's late answer to a cancellation that we sent."""
    services = request.app[SERVICES]
    given = await _signed(request)
    if not isinstance(given, dict) or not isinstance(given.get("acknowledged"), bool):
        raise Refusal("bad_request", "Send idempotency_key and acknowledged (true or false).")
    key = required_text(given, "idempotency_key", limit=KEY_LIMIT)
    reason = text(given, "reason", limit=REASON_LIMIT, required=False)
    storefront = request.match_info["storefront"]
    answer = LateAnswer(storefront, key, given["acknowledged"], reason)
    taken = await services.in_thread(
        lambda: services.shop_events.acknowledge(answer, now=services.clock())
    )
    return reply({"taken": taken})


async def _signed(request: web.Request) -> Any:
    """Return the parsed body; nothing is parsed or looked up before the signature holds."""
    raw = await body(request)
    services = request.app[SERVICES]
    if not is_signed(
        request.app[SETTINGS].shop_webhook_secret,
        timestamp=request.headers.get(TIMESTAMP, ""),
        body=raw,
        signature=request.headers.get(SIGNATURE, ""),
        now=services.clock(),
    ):
        raise Refusal("signature_invalid", "The signature does not hold or its time is over.")
    if request.match_info["storefront"] not in services.policies:
        raise StorefrontUnknown("This storefront is not served here.")
    return parse(raw)
