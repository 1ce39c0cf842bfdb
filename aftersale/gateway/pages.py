"""What every page behind a one-time link shares: one style, a strict policy, no scripts."""

import base64
import hashlib
from html import escape

from aiohttp import web

TOKEN_LIMIT = 256
STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem}"
    "button{font:inherit;padding:.7rem 1.2rem;margin:0 .6rem .6rem 0;border-radius:.4rem;"
    "border:1px solid #333;background:#fff;cursor:pointer}button[value=agree]{background:#153;"
    "color:#fff}textarea,input{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;"
    "margin:.3rem 0 1rem}img{max-width:100%;height:auto}"
)
# The hash allows this one style and nothing else; forms go back to this page only.
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CSP = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
WITH_PICTURES = f"{CSP}; img-src 'self'"


def page(title: str, body: str, *, status: int = 200, pictures: bool = False) -> web.Response:
    """Return a whole page; `body` is HTML whose texts the caller has escaped.

    `pictures`: it shows some of ours.
    """
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    response = web.Response(text=html, status=status, content_type="text/html")
    response.headers["Content-Security-Policy"] = WITH_PICTURES if pictures else CSP
    return response


def paragraph(text: str) -> str:
    """Return a paragraph of plain text."""
    return f"<p>{escape(text)}</p>"


def token_of(request: web.Request) -> str:
    """Return the one-time token of the address; what cannot be one is none."""
    token = request.match_info["token"]
    return token if len(token) <= TOKEN_LIMIT and token.isascii() else ""
