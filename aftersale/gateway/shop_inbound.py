"""The shop's signed word about its orders."""

from aiohttp import web

from aftersale.errors import ImportInvalid, StorefrontUnknown
from aftersale.gateway.bodies import body, parse
from aftersale.gateway.keys import SERVICES, SETTINGS
from aftersale.gateway.replies import Refusal, reply
from aftersale.gateway.signatures import is_signed


async def take_order(request: web.Request) -> web.Response:
    """Take one order in the import format; an older word than the one we have is ignored."""
    services = request.app[SERVICES]
    raw = await body(request)
    now = services.clock()
    # Verified before anything is parsed or looked up.
    if not is_signed(
        request.app[SETTINGS].shop_webhook_secret,
        timestamp=request.headers.get("X-Timestamp", ""),
        body=raw,
        signature=request.headers.get("X-Signature", ""),
        now=now,
    ):
        raise Refusal("signature_invalid", "The signature does not hold or its time is over.")
    storefront = request.match_info["storefront"]
    if storefront not in services.policies:
        raise StorefrontUnknown("This storefront is not served here.")
    order = parse(raw)
    try:
        taken = await services.in_thread(lambda: services.take_order(storefront, order, now))
    except ImportInvalid as exc:
        # Only the names of fields: the shop's own data is not repeated.
        raise Refusal("bad_request", "The order does not fit the import format.") from exc
    return reply({"taken": taken})
