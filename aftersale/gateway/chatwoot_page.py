"""The page that Chatwoot shows beside a conversation, and the card it asks for."""

from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from aftersale.errors import NotFound
from aftersale.gateway.bodies import fields, required_text
from aftersale.gateway.keys import SERVICES, SETTINGS
from aftersale.gateway.pages import STYLE, STYLE_HASH
from aftersale.gateway.replies import reply

SCRIPT = Path(__file__).with_name("chatwoot_app.js")
TOKEN_LIMIT, REF_LIMIT = 256, 32
CARD = frozenset({"token", "ref"})


async def page(request: web.Request) -> web.Response:
    """Show the empty page, inside Chatwoot only; it knows nothing before Chatwoot tells it."""
    desk = _desk(request)
    html = (
        f'<!doctype html><html lang="en" data-desk="{escape(desk)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f"<title>Aftersale</title><style>{STYLE}</style></head><body><main>"
        "<p>Waiting for the conversation.</p></main>"
        '<script src="/desks/chatwoot/app.js"></script></body></html>'
    )
    response = web.Response(text=html, content_type="text/html")
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self'; style-src 'sha256-{STYLE_HASH}'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; "
        f"require-trusted-types-for 'script'; frame-ancestors {desk}"
    )
    return response


async def script(request: web.Request) -> web.Response:
    """Give the page's script."""
    _desk(request)
    return web.Response(text=_script(), content_type="text/javascript")


async def card(request: web.Request) -> web.Response:
    """Give the card that a token of ours opens; what Chatwoot's page believes is not enough."""
    services = request.app[SERVICES]
    outside = services.outside
    if outside is None:
        raise NotFound("Agents work at the built-in desk here.")
    given = await fields(request, CARD)
    token = required_text(given, "token", limit=TOKEN_LIMIT)
    ref = required_text(given, "ref", limit=REF_LIMIT)
    shown = await services.in_thread(lambda: outside.cards.show(token, ref, services.clock()))
    return reply(shown)


@cache
def _script() -> str:
    return SCRIPT.read_text("utf-8")


def _desk(request: web.Request) -> str:
    """Return the origin of the desk, the only one that may show the page."""
    settings = request.app[SETTINGS]
    if settings.desk != "chatwoot" or not settings.chatwoot_url:
        raise NotFound("Agents work at the built-in desk here.")
    parts = urlsplit(settings.chatwoot_url)
    return f"{parts.scheme}://{parts.netloc}".lower()
