"""What every request to the desk passes: headers, refusals, own pages, session, limits."""

import logging
import time
from urllib.parse import urlsplit

from aiohttp import web

from aftersale.domain.errors import AftersaleError
from aftersale.errors import SignInTooSoon
from aftersale.gateway.desk.entry import (
    API,
    BACKGROUND_HEADER,
    COOKIE,
    CSRF_HEADER,
    ENTERED,
    FRAMED,
)
from aftersale.gateway.desk.headers import HEADERS
from aftersale.gateway.desk.keys import RATE
from aftersale.gateway.desk.routes import OPEN, PASSIVE
from aftersale.gateway.keys import SERVICES, SETTINGS
from aftersale.gateway.limits import client_address
from aftersale.gateway.middleware import ROUTER_CODES, Handler
from aftersale.gateway.replies import Refusal, from_error, internal, problem
from aftersale.services.desk.sign_in import csrf_of, session_hash

log = logging.getLogger(__name__)
SAFE = frozenset({"GET", "HEAD"})
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@web.middleware
async def write_down(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Log the request by its route, never by its path: paths hold ids."""
    began, status = time.monotonic(), 500
    try:
        response = await handler(request)
        status = response.status
    finally:
        took = round((time.monotonic() - began) * 1000, 1)
        log.info("request", extra={"route": _name(request), "status": status, "ms": took})
    return response


def _name(request: web.Request) -> str:
    return request.match_info.route.name or "none"


@web.middleware
async def secure(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Put the security headers on every answer."""
    response = await handler(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if not response.get(FRAMED):
        response.headers.setdefault("X-Frame-Options", "DENY")
    return response


@web.middleware
async def explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every failure into a problem document; a process edge."""
    try:
        return await handler(request)
    except AftersaleError as error:
        response = from_error(error, at_desk=True)
        if isinstance(error, SignInTooSoon):
            response.headers["Retry-After"] = str(error.seconds)
        # Nobody sends a bearer token here, and a browser asks for nothing by itself.
        if response.status == 401:
            response.headers["WWW-Authenticate"] = 'DeskSession realm="desk"'
        log.info("refused", extra={"route": _name(request), "status": response.status})
        return response
    except web.HTTPException as error:
        code, detail = ROUTER_CODES.get(error.status, ("bad_request", "The request is not valid."))
        return problem(code, detail, status=error.status)
    except Exception:
        log.exception("a request failed", extra={"route": _name(request)})
        return internal()


@web.middleware
async def own_page(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what other origins' pages send, also the chat's, which may have the same host."""
    if request.path.startswith(API) and not _is_own(request):
        raise Refusal("origin_not_allowed", "Only the desk's own pages may do this.")
    return await handler(request)


def _is_own(request: web.Request) -> bool:
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    if origin is not None:
        return _is_here(request, origin)
    # Browsers name the origin of everything but GET; who does not must at least say "our own".
    return request.method in SAFE or site == "same-origin"


def _is_here(request: web.Request, origin: str) -> bool:
    own, theirs = urlsplit(request.app[SETTINGS].desk_base_url), urlsplit(origin)
    if (theirs.scheme, theirs.netloc) == (own.scheme, own.netloc):
        return True
    # On the machine itself the desk is reached by any of its names; no stranger's page has them.
    return theirs.hostname in LOOPBACK and theirs.netloc == request.host


@web.middleware
async def limit(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Hold back a session, or without one an address, that asks too fast."""
    if not request.app[RATE].take(_caller(request)):
        raise Refusal("too_many_requests", "Too many requests; please slow down.")
    return await handler(request)


def _caller(request: web.Request) -> str:
    if request.get(ENTERED) is not None:
        return request[ENTERED].session.session_hash
    return client_address(
        request.remote,
        request.headers.getall("X-Forwarded-For", ()),
        request.app[SETTINGS].trusted_proxies,
    )


@web.middleware
async def enter(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Find out who calls; without a session only what is open to all answers, also a 404."""
    token = request.cookies.get(COOKIE, "")
    if token and request.path.startswith(API):
        services, by_person = request.app[SERVICES], _is_by_person(request)
        entered = await services.in_thread(
            lambda: services.desk.sessions.enter(token, services.clock(), by_person=by_person)
        )
        if entered is not None:
            request[ENTERED] = entered
    if _name(request) not in OPEN:
        _require_session(request, token)
    return await handler(request)


def _is_by_person(request: web.Request) -> bool:
    return _name(request) not in PASSIVE and BACKGROUND_HEADER not in request.headers


def _require_session(request: web.Request, token: str) -> None:
    if request.get(ENTERED) is None:
        raise Refusal("not_signed_in", "Please sign in.")
    shown = request.headers.get(CSRF_HEADER, "")
    # Compared as hashes: of equal length whatever was sent, and without telling by time.
    if request.method not in SAFE and session_hash(shown) != session_hash(csrf_of(token)):
        raise Refusal("csrf_missing", f"Send the session's token in {CSRF_HEADER}.")


# From the outside in.
ALL = (write_down, secure, explain, own_page, enter, limit)
