"""Signing in and out, who I am, and that I am there."""

from datetime import datetime

from aiohttp import web

from aftersale.domain.desk import DeskUser
from aftersale.gateway.bodies import required_text
from aftersale.gateway.desk.bodies import fields, texts
from aftersale.gateway.desk.entry import API, COOKIE, ENTERED, signed_in
from aftersale.gateway.desk.keys import CHECKING
from aftersale.gateway.keys import SERVICES, SETTINGS
from aftersale.gateway.limits import client_address
from aftersale.gateway.replies import Refusal, reply
from aftersale.services.desk.sign_in import SignedIn, Typed, csrf_of
from aftersale.services.password_rules import LONGEST

BROWSER = "desk_browser"  # somebody signed in there before: services/desk/limits.py
BROWSER_DAYS = 180
SIGN_IN = f"{API}/sign-in"


def routes() -> list[web.RouteDef]:
    """Return the routes of the desk's door."""
    return [
        web.post(SIGN_IN, sign_in, name="desk_sign_in"),
        web.post(f"{API}/sign-out", sign_out, name="desk_sign_out"),
        web.get(f"{API}/me", me, name="desk_me"),
        web.post(f"{API}/me/presence", presence, name="desk_presence"),
    ]


async def sign_in(request: web.Request) -> web.Response:
    """Open a session; whoever had one in this browser loses it."""
    typed = await _typed(request)
    services = request.app[SERVICES]
    async with request.app[CHECKING]:
        done = await services.in_thread(lambda: services.desk.sign_in(typed, services.clock()))
    if (earlier := request.get(ENTERED)) is not None:
        await services.in_thread(
            lambda: services.desk.sessions.sign_out(earlier, services.clock())
        )
    response = reply(_me(request, done.who, done.token))
    _keep(request, response, done)
    return response


async def _typed(request: web.Request) -> Typed:
    given = await fields(request, {"user", "password", "code"})
    return Typed(
        user=required_text(given, "user", limit=64),
        password=required_text(given, "password", limit=LONGEST),
        code=required_text(given, "code", limit=16),
        address=client_address(
            request.remote,
            request.headers.getall("X-Forwarded-For", ()),
            request.app[SETTINGS].trusted_proxies,
        ),
        browser=request.cookies.get(BROWSER),
    )


def _keep(request: web.Request, response: web.Response, done: SignedIn) -> None:
    settings = request.app[SETTINGS]
    secure = settings.desk_base_url.startswith("https:")
    response.set_cookie(
        COOKIE,
        done.token,
        path="/desk",
        max_age=settings.desk_session_hours * 3600,
        httponly=True,
        samesite="Strict",
        secure=secure,
    )
    response.set_cookie(
        BROWSER,
        done.browser,
        path=SIGN_IN,
        max_age=BROWSER_DAYS * 86_400,
        httponly=True,
        samesite="Strict",
        secure=secure,
    )


async def sign_out(request: web.Request) -> web.Response:
    """End the session; the person is away at once."""
    signed_in(request)
    services, entered = request.app[SERVICES], request[ENTERED]
    await services.in_thread(lambda: services.desk.sessions.sign_out(entered, services.clock()))
    response = web.Response(status=204)
    response.del_cookie(COOKIE, path="/desk")
    return response


async def me(request: web.Request) -> web.Response:
    """Tell who is signed in, and what their page needs to show with everything it changes."""
    return reply(_me(request, signed_in(request), request.cookies[COOKIE]))


def _me(request: web.Request, who: DeskUser, token: str) -> dict[str, object]:
    return {
        "user": who.user,
        "name": who.name,
        "role": who.role.value,
        "storefronts": list(who.storefronts),
        "languages": list(who.languages),
        "team": who.team,
        "picture": who.picture,
        "csrf": csrf_of(token),
        "idle_seconds": request.app[SETTINGS].desk_idle_minutes * 60,
    }


async def presence(request: web.Request) -> web.Response:
    """Note that the person is there, or away."""
    who = signed_in(request)
    given = await fields(request, {"status", "storefronts"})
    services, wanted = request.app[SERVICES], texts(given, "storefronts")
    if given.get("status") == "away":
        await services.in_thread(lambda: services.desk.presence.away(who, services.clock()))
        return reply({"status": "away", "until": None})
    if given.get("status") != "online":
        raise Refusal("bad_request", "status must be online or away.")
    until: datetime = await services.in_thread(
        lambda: services.desk.presence.online(who, wanted, services.clock())
    )
    return reply({"status": "online", "until": until.isoformat()})
