"""Webhooks of messengers: verified on the raw bytes, parsed, masked and stored, then answered."""

import hashlib
import hmac

from aiohttp import web

from aftersale.errors import NotFound
from aftersale.gateway.keys import CHANNEL_WAKE, LIMITERS, METRICS, SERVICES, SETTINGS
from aftersale.gateway.limits import client_address
from aftersale.gateway.replies import Refusal, reply
from aftersale.jobs.channels import Messengers
from aftersale.services.ports_channels import Challenged, Connector, NotSigned, Unreadable

LIMIT = 3_000_000  # bytes: the most that WhatsApp sends at once
_CHUNK = 65_536


async def challenge(request: web.Request) -> web.Response:
    """Answer the question by which a messenger finds out that the address is ours."""
    connector = _connector(request)
    if not isinstance(connector, Challenged):
        raise NotFound("There is nothing to ask at this address.")
    try:
        return web.Response(text=connector.challenge(dict(request.query)))
    except NotSigned:
        raise _refused(request, "origin_not_allowed") from None


async def webhook(request: web.Request) -> web.Response:
    """Take one delivery. It is answered with 200 only when everything in it is stored."""
    connector, services = _connector(request), request.app[SERVICES]
    raw, now = await _body(request), services.clock()
    headers = {name.lower(): value for name, value in request.headers.items()}
    name = connector.account.name
    try:
        connector.verify(headers, raw)
        parsed = await services.in_thread(lambda: connector.parse(raw, now))
    except NotSigned:
        request.app[METRICS].delivered(name, "not_signed")
        raise _refused(request, "signature_invalid") from None
    except Unreadable:
        request.app[METRICS].delivered(name, "unreadable")
        raise Refusal("bad_request", "This is no delivery that we know.") from None
    messengers = _messengers(request)
    mark = _mark(request, raw)
    taken = await services.in_thread(lambda: messengers.take(connector, parsed, mark, now))
    request.app[METRICS].delivered(name, "taken")
    request.app[CHANNEL_WAKE].set()
    messengers.tell_taken(connector, parsed.inbound)
    return reply({"taken": len(taken.new)})


def _refused(request: web.Request, code: str) -> Refusal:
    """Return the refusal; whoever keeps sending what nobody signed is held back."""
    proxies = request.app[SETTINGS].trusted_proxies
    forwarded = request.headers.getall("X-Forwarded-For", ())
    address = client_address(request.remote, forwarded, proxies)
    if not request.app[LIMITERS].address.take(address):
        return Refusal("too_many_requests", "Too many requests; please slow down.")
    return Refusal(code, "The signature does not hold.")


async def _body(request: web.Request) -> bytes:
    if (request.content_length or 0) > LIMIT:
        raise _too_large()
    content = bytearray()
    async for chunk in request.content.iter_chunked(_CHUNK):
        content += chunk
        if len(content) > LIMIT:
            raise _too_large()
    return bytes(content)


def _too_large() -> Refusal:
    return Refusal("body_too_large", f"A delivery may have {LIMIT:,} bytes at most.")


def _mark(request: web.Request, raw: bytes) -> str:
    """Return what tells a repetition from a change, without keeping what was said."""
    key = request.app[SETTINGS].links_secret.encode()
    return hmac.new(key, raw, hashlib.sha256).hexdigest()


def _messengers(request: web.Request) -> Messengers:
    messengers = request.app[SERVICES].messengers
    if messengers is None:
        raise NotFound("There is nothing at this address.")
    return messengers


def _connector(request: web.Request) -> Connector:
    connector = _messengers(request).connectors.get(request.match_info["account"])
    if connector is None or connector.puller is not None:
        raise NotFound("There is nothing at this address.")
    return connector
