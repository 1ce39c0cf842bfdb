"""Who calls the desk: what every handler asks first.

    >>> agent = signed_in(request)
    >>> require_role(request, Role.SUPERVISOR)

Every address below `API` demands a session, and everything but GET its token and an own page,
before a handler runs; only the names in `routes.OPEN` do not.
"""

from aiohttp import web

from aftersale.domain.desk import DeskUser, Role
from aftersale.errors import NotAllowed
from aftersale.gateway.keys import SERVICES
from aftersale.gateway.replies import Refusal
from aftersale.services.desk.sessions import Entered

API = "/desk/api"
COOKIE = "desk_session"
CSRF_HEADER = "X-Desk-CSRF"
BACKGROUND_HEADER = "X-Desk-Background"  # the page asks by itself: no sign of life of a person
ENTERED = web.RequestKey("entered", Entered)
FRAMED = web.ResponseKey("framed", bool)


def signed_in(request: web.Request) -> DeskUser:
    """Return who is signed in.

    Raises:
        Refusal: not_signed_in.
    """
    entered: Entered | None = request.get(ENTERED)
    if entered is None:
        raise Refusal("not_signed_in", "Please sign in.")
    return entered.who


def require_role(request: web.Request, needed: Role) -> DeskUser:
    """Return who is signed in when their role is the needed one or a higher one.

    Raises:
        NotAllowed: it is a lower one.
    """
    who = signed_in(request)
    if not who.role.includes(needed):
        raise NotAllowed(f"This needs the role {needed.value}.")
    return who


async def still_signed_in(request: web.Request) -> bool:
    """Tell whether the session of a long answer still lasts; a stream asks before it goes on."""
    services, token = request.app[SERVICES], request.cookies.get(COOKIE, "")
    entered = await services.in_thread(
        lambda: services.desk.sessions.enter(token, services.clock(), by_person=False)
    )
    return entered is not None


def framed_by(response: web.StreamResponse, policy: str) -> web.StreamResponse:
    """Let another page frame this answer, under a content security policy of its own.

    `policy` must name the framing origins in `frame-ancestors`.
    """
    response.headers["Content-Security-Policy"] = policy
    response[FRAMED] = True
    return response
