"""The desk's one page, for every address of its own router, and the files that it loads."""

from aiohttp import web

from aftersale.errors import NotFound
from aftersale.gateway import faces
from aftersale.gateway.assets import sent
from aftersale.gateway.desk.files import PAGE
from aftersale.gateway.desk.keys import FILES

NOT_BUILT = b"<!doctype html><title>Desk</title><p>The desk is not built: run make widget."
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


def routes() -> list[web.RouteDef]:
    """Return the page and its files; none holds a secret, so nobody needs to be signed in."""
    return [
        web.get("/", home, name="desk_home"),
        web.get("/desk", page, name="desk_page"),
        web.get("/desk/assets/{version}/{name}", give, name="desk_asset"),
        web.get("/widget/faces/{name}", faces.give, name="desk_face"),
    ]


def last_routes() -> list[web.RouteDef]:
    """Return what takes every other address of the page's own router."""
    return [web.get("/desk/{tail:(?!api(?:/|$)|assets/).*}", page, name="desk_page_inside")]


async def home(_request: web.Request) -> web.Response:
    """Lead whoever typed the bare address to the desk."""
    return web.Response(status=302, headers={"Location": "/desk"})


async def page(request: web.Request) -> web.Response:
    """Send the desk's page."""
    built = request.app[FILES].find(PAGE)
    content = built.content if built else NOT_BUILT
    response = web.Response(body=content, content_type="text/html", charset="utf-8")
    response.headers["Content-Security-Policy"] = PAGE_POLICY
    if built is None:
        response.set_status(503)
    return response


async def give(request: web.Request) -> web.Response:
    """Send one file of the page."""
    found = request.app[FILES].find("assets/{version}/{name}".format(**request.match_info))
    if found is None:
        raise NotFound("There is no such part of the desk here.")
    return sent(request, found)
