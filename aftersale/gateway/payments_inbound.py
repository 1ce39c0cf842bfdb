"""The payment provider's signed word about refunds and holds."""

from aiohttp import web

from aftersale.adapters.stripe_events import SIGNATURE, is_signed, read_event
from aftersale.errors import NotFound, ProviderRefused, ProviderUnavailable
from aftersale.gateway.bodies import body, parse
from aftersale.gateway.keys import SERVICES, SETTINGS
from aftersale.gateway.replies import Refusal, reply


async def stripe(request: web.Request) -> web.Response:
    """Take one event of Stripe's; the same one again changes nothing."""
    services, secret = request.app[SERVICES], request.app[SETTINGS].stripe_webhook_secret
    word = services.provider_word
    if secret is None or word is None:
        raise NotFound("Payments do not go through Stripe here.")
    raw = await body(request)
    header = request.headers.get(SIGNATURE, "")
    # Nothing is parsed before the signature of the raw bytes holds.
    if not is_signed(secret, header=header, body=raw, now=services.clock()):
        raise Refusal("signature_invalid", "The signature does not hold or its time is over.")
    event = read_event(parse(raw))
    if event is None:
        raise Refusal("bad_request", "This is no event.")
    try:
        taken = await services.in_thread(lambda: word.take(event, now=services.clock()))
    except (ProviderRefused, ProviderUnavailable) as lost:
        raise Refusal("unavailable", "Please send it again later.") from lost
    return reply({"taken": taken})
