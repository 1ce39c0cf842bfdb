"""Sessions and identity: opening, refreshing, verifying and ending a conversation."""

import hashlib
import hmac
from datetime import UTC, datetime

from aiohttp import web

from aftersale.domain.conversations import Conversation
from aftersale.errors import TokenInvalid
from aftersale.gateway.bodies import (
    IDENTITY_LIMIT,
    fields,
    locale,
    required_text,
    text,
    timezone,
)
from aftersale.gateway.keys import SERVICES, SETTINGS
from aftersale.gateway.limits import client_address
from aftersale.gateway.origins import require_page
from aftersale.gateway.replies import Refusal, reply
from aftersale.services.coming_back import renewed
from aftersale.services.conversations import Opened, identity_of

TOKEN_LIMIT = 256


async def open_session(request: web.Request) -> web.Response:
    """Open a conversation for a storefront, with or without the shop's signed identity."""
    given = await fields(request, {"storefront", "identity", "timezone", "locale"})
    storefront = required_text(given, "storefront", limit=64)
    identity = text(given, "identity", limit=IDENTITY_LIMIT, required=False)
    zone, language = timezone(given), locale(given)
    require_page(request, storefront)
    services, came_from = request.app[SERVICES], address_key(request)
    opened = await services.in_thread(
        lambda: services.conversations.open(
            storefront,
            identity,
            services.clock(),
            timezone=zone,
            locale=language,
            opened_from=came_from,
        )
    )
    return reply(opened_json(opened), status=201)


async def refresh(request: web.Request) -> web.Response:
    """Replace the bearer token of the conversation; see `renewed` for one that is over."""
    token, services = bearer(request), request.app[SERVICES]
    opened = await services.in_thread(
        lambda: renewed(services.conversations, token, services.clock())
    )
    return reply(opened_json(opened))


async def identify(request: web.Request) -> web.Response:
    """Verify the buyer of a conversation that is open already."""
    conversation = await entered(request)
    given = await fields(request, {"identity"})
    identity = required_text(given, "identity", limit=IDENTITY_LIMIT)
    services = request.app[SERVICES]
    now = services.clock()
    identified = await services.in_thread(
        lambda: services.conversations.identify(conversation, identity, now)
    )
    until = identified.verified_until or now
    verified = identity_of(identified, now).buyer_id is not None
    return reply({"verified": verified, "verified_until": instant(until)})


async def end(request: web.Request) -> web.Response:
    """End the conversation: nothing more is taken, everything can still be read."""
    conversation = await entered(request)
    services = request.app[SERVICES]
    await services.in_thread(lambda: services.conversations.end(conversation, services.clock()))
    return reply({"ended": True})


async def leave(request: web.Request) -> web.Response:
    """Bring the conversation back from the queue or a person to the bot."""
    conversation = await entered(request)
    seen = (await fields(request, {"version"})).get("version")
    if seen is not None and (type(seen) is not int or seen < 1):
        raise Refusal("bad_request", "version is a whole number from 1.")
    services = request.app[SERVICES]
    own = conversation.conversation_id
    after = await services.in_thread(
        lambda: services.chat.queue.leave(own, services.clock(), version=seen)
    )
    return reply({"owner": after.owner.value})


def address_key(request: web.Request) -> str:
    """Return what stands for the client's address in the store: a hash that only we can make."""
    settings = request.app[SETTINGS]
    forwarded = request.headers.getall("X-Forwarded-For", ())
    address = client_address(request.remote, forwarded, settings.trusted_proxies)
    key = settings.actions_secret.encode()
    return hmac.new(key, f"address:{address}".encode(), hashlib.sha256).hexdigest()[:32]


def bearer(request: web.Request) -> str:
    """Return the token that came with the request; whether it opens anything is not said."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(token) <= TOKEN_LIMIT:
        raise TokenInvalid("Send the session's token as a bearer token.")
    return token


async def entered(request: web.Request) -> Conversation:
    """Return the conversation that the bearer token and the path name together."""
    token, named = bearer(request), request.match_info.get("conversation_id")
    services = request.app[SERVICES]
    return await services.in_thread(
        lambda: services.conversations.enter(token, named, services.clock())
    )


def opened_json(opened: Opened) -> dict[str, str | bool]:
    """Return a session as clients see it."""
    return {
        "conversation_id": opened.conversation_id,
        "token": opened.token,
        "expires_at": instant(opened.expires_at),
        "verified": opened.verified,
    }


def instant(at: datetime) -> str:
    """Return a time as RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
