"""What every request passes: counting, problem documents, limits, headers of the answer."""

import logging
import time
from collections.abc import Awaitable, Callable

from aiohttp import web

from aftersale.domain.errors import AftersaleError
from aftersale.gateway.keys import LIMITERS, METRICS, SETTINGS
from aftersale.gateway.limits import client_address
from aftersale.gateway.origins import is_listed, may_call, require_page
from aftersale.gateway.replies import Refusal, from_error, internal, problem

log = logging.getLogger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",  # shops on other origins call it, by CORS
}
# Messengers deliver in bursts from few addresses: their handler counts only what nobody signed.
SIGNED = frozenset({"channel_webhook"})
ROUTER_CODES = {
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take that method."),
    413: ("body_too_large", "The body is too large."),
}


@web.middleware
async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count and log the request by its route, never by its path: paths hold ids and tokens."""
    began = time.monotonic()
    status = 500
    try:
        response = await handler(request)
        status = response.status
    finally:
        route = _route(request)
        seconds = time.monotonic() - began
        request.app[METRICS].request(
            route=route, method=_method(request), status=status, seconds=seconds
        )
        log.info(
            "request",
            extra={"route": route, "status": status, "ms": round(seconds * 1000, 1)},
        )
    return response


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "none"


def _method(request: web.Request) -> str:
    # A label must have few values, and a method may be any word.
    known = {"GET", "POST", "OPTIONS", "HEAD", "DELETE", "PUT", "PATCH"}
    return request.method if request.method in known else "other"


@web.middleware
async def secure(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Put the security and CORS headers on every answer."""
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        response = _preflight(request)
    else:
        response = await handler(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    _allow_origin(request, response)
    return response


def _preflight(request: web.Request) -> web.StreamResponse:
    if not may_call(request):
        return problem("origin_not_allowed", "This page is not on the shop's list of origins.")
    response = web.Response(status=204)
    response.headers["Access-Control-Allow-Methods"] = "GET, POST, DELETE"
    response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
    response.headers["Access-Control-Max-Age"] = "600"
    return response


def _allow_origin(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.setdefault("Vary", "Origin")
    origin = request.headers.get("Origin", "")
    # No cookies are used, so the header lets a page read what its own token opens, no more.
    if is_listed(request.app[SETTINGS], origin):
        response.headers["Access-Control-Allow-Origin"] = origin


@web.middleware
async def explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every failure into a problem document; a process edge."""
    try:
        return await handler(request)
    except AftersaleError as error:
        response = from_error(error)
        code = error.refused_code if isinstance(error, Refusal) else error.code
        refused = {"route": _route(request), "status": response.status, "code": code}
        log.info("a request was refused", extra=refused)
        return response
    except web.HTTPException as error:
        code, detail = ROUTER_CODES.get(error.status, ("bad_request", "The request is not valid."))
        return problem(code, detail, status=error.status)
    except Exception:
        log.exception("a request failed", extra={"route": _route(request)})
        return internal()


@web.middleware
async def limit(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Hold back an address that posts too fast; reading is bounded by the long poll."""
    if request.method == "POST" and request.match_info.route.name not in SIGNED:
        address = client_address(
            request.remote,
            request.headers.getall("X-Forwarded-For", ()),
            request.app[SETTINGS].trusted_proxies,
        )
        if not request.app[LIMITERS].address.take(address):
            raise Refusal("too_many_requests", "Too many requests; please slow down.")
    return await handler(request)


@web.middleware
async def known_page(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse pages that are not on the list; a socket says so by its close code."""
    if request.path.startswith("/api/") and "Upgrade" not in request.headers:
        require_page(request)
    return await handler(request)


# From the outside in: what `explain` answers still passes `secure` and is counted.
ALL = (count, secure, explain, known_page, limit)
