"""The chat widget as `make widget` built it, and `/chat`, a page that holds nothing else."""

import base64
import hashlib
import re
from html import escape
from urllib.parse import urlsplit

from aiohttp import web

from aftersale.errors import NotFound
from aftersale.gateway.keys import ASSETS, SERVICES, SETTINGS
from aftersale.gateway.widget_files import A_WHILE, Asset

LOCALE = re.compile(r"[a-z]{2}(?:-[A-Za-z]{2,8})?")
RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}
ICON = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#1f5eff" '
    b'd="M4 3h16a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2h-8l-5 4v-4H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z"/>'
    b"</svg>"
)
STYLE = "html,body{height:100%;margin:0}aftersale-chat{display:block;height:100%}"
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()


async def give(request: web.Request) -> web.Response:
    """Send one file of the widget; pages of any origin may load it, as it holds no secret."""
    asset = request.app[ASSETS].find(request.path)
    if asset is None:
        raise NotFound("There is no such part of the chat widget here.")
    response = sent(request, asset)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def sent(request: web.Request, asset: Asset) -> web.Response:
    """Return a built file, packed where the caller takes it, or that it is the one they have."""
    headers = {"Cache-Control": asset.cache, "ETag": asset.tag, "Vary": "Accept-Encoding"}
    if asset.tag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    return web.Response(
        body=asset.packed if packed else asset.content,
        content_type=asset.content_type,
        charset="utf-8",
        headers=headers | ({"Content-Encoding": "gzip"} if packed else {}),
    )


async def icon(_request: web.Request) -> web.Response:
    """Send the picture that browsers show beside a page's title."""
    headers = {"Cache-Control": A_WHILE}
    return web.Response(body=ICON, content_type="image/svg+xml", headers=headers)


async def chat(request: web.Request) -> web.Response:
    """Show the chat of a storefront as a page of its own."""
    storefront = request.query.get("storefront", "")
    policy = request.app[SERVICES].policies.get(storefront)
    if policy is None:
        raise NotFound("There is no such shop.")
    asked = request.query.get("locale", "")
    locale = asked if LOCALE.fullmatch(asked) else ""
    named = f' locale="{locale}"' if locale else ""
    widget = (
        f'<aftersale-chat storefront="{escape(storefront)}" standalone{named}></aftersale-chat>'
        f'<script src="/widget.js" data-storefront="{escape(storefront)}" async></script>'
    )
    html = (
        f'<!doctype html><html lang="{locale or "en"}" dir="{direction(locale)}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, '
        'initial-scale=1, viewport-fit=cover"><meta name="robots" content="noindex">'
        f'<title>{escape(policy.name)}</title><link rel="icon" href="/widget/icon.svg">'
        f"<style>{STYLE}</style></head><body>{widget}</body></html>"
    )
    response = web.Response(text=html, content_type="text/html")
    base_url = request.app[SETTINGS].base_url
    response.headers["Content-Security-Policy"] = policy_of(base_url, f"'sha256-{STYLE_HASH}'")
    return response


def direction(locale: str) -> str:
    """Return the direction in which the language is written."""
    return "rtl" if locale[:2] in RIGHT_TO_LEFT else "ltr"


def policy_of(base_url: str, styles: str) -> str:
    """Return the content security policy of a page with the widget: the strictest there is.

    Some browsers do not take a WebSocket of the page's own origin for 'self'.
    """
    parts = urlsplit(base_url)
    socket = f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}"
    return (
        f"default-src 'none'; script-src 'self'; style-src {styles}; img-src 'self' data: blob:; "
        f"connect-src 'self' {socket}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
