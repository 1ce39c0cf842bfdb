"""The page behind a supplier's one-time link. A GET changes nothing: scanners follow links."""

import base64
import hashlib
from html import escape

from aiohttp import web

from aftersale.domain.requests import LinkPurpose
from aftersale.errors import LinkGone
from aftersale.gateway.keys import SERVICES
from aftersale.gateway.replies import Refusal
from aftersale.services.consent import AnswerResult, SupplierPage

TOKEN_LIMIT = 256
STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem}"
    "button{font:inherit;padding:.7rem 1.2rem;margin:0 .6rem .6rem 0;border-radius:.4rem;"
    "border:1px solid #333;background:#fff;cursor:pointer}button[value=agree]{background:#153;"
    "color:#fff}"
)
# The hash allows this one style and nothing else; forms go back to this page only.
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CSP = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
QUESTIONS = {
    LinkPurpose.ANSWER_CANCELLATION: ("Do you agree to cancel?", "Agree to cancel", "Decline"),
    LinkPurpose.ANSWER_HOLD: ("Can you hold the parcel?", "Hold the parcel", "Decline"),
}
CONSEQUENCES = {
    LinkPurpose.ANSWER_CANCELLATION: "If you agree, please do not ship: the order is cancelled "
    "automatically. If you decline, it ships as planned.",
    LinkPurpose.ANSWER_HOLD: "If you hold it, please do not ship until the buyer has decided. "
    "If you decline, it ships as planned.",
}
RESULTS = {
    AnswerResult.AGREED: "Thank you. Your agreement is recorded and the buyer is told.",
    AnswerResult.DECLINED: "Thank you. Your answer is recorded and the buyer is told.",
    AnswerResult.TOO_LATE: "Thank you. The order had shipped already, so nothing was changed; "
    "our team looks at it.",
}
GONE = "This link has been used, has expired, or the order has moved on. Nothing was changed."


async def show(request: web.Request) -> web.Response:
    """Show what is asked, with two buttons."""
    services, token = request.app[SERVICES], _token(request)
    try:
        page = await services.in_thread(
            lambda: services.supplier_answer.view(token, now=services.clock())
        )
    except LinkGone:
        return _page("Link no longer valid", _paragraph(GONE), status=410)
    return _page(QUESTIONS[page.purpose][0], _question(page))


async def take(request: web.Request) -> web.Response:
    """Take the answer that a button sent."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise Refusal("unsupported_media_type", "Use the buttons of the page.")
    answer = (await request.post()).get("answer")
    if answer not in {"agree", "decline"}:
        raise Refusal("bad_request", "Use the buttons of the page.")
    services, token = request.app[SERVICES], _token(request)
    try:
        result = await services.in_thread(
            lambda: services.supplier_answer.answer(
                token, agree=answer == "agree", now=services.clock()
            )
        )
    except LinkGone:
        return _page("Link no longer valid", _paragraph(GONE), status=410)
    return _page("Thank you", _paragraph(RESULTS[result]))


def _token(request: web.Request) -> str:
    token = request.match_info["token"]
    return token if len(token) <= TOKEN_LIMIT and token.isascii() else ""


def _question(page: SupplierPage) -> str:
    _, agree, decline = QUESTIONS[page.purpose]
    items = "".join(f"<li>{escape(item)}</li>" for item in page.items)
    return (
        f"<p>{escape(page.first_name)} bought from you on {escape(page.storefront_name)} "
        f"(reference {escape(page.reference)}):</p><ul>{items}</ul>"
        f"{_paragraph(page.issue)}{_paragraph(CONSEQUENCES[page.purpose])}"
        '<form method="post">'
        f'<button name="answer" value="agree">{agree}</button>'
        f'<button name="answer" value="decline">{decline}</button></form>'
        f"<p>The link works once, until {page.expires_at:%d %B %Y %H:%M %Z}.</p>"
    )


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _page(title: str, body: str, *, status: int = 200) -> web.Response:
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    response = web.Response(text=html, status=status, content_type="text/html")
    response.headers["Content-Security-Policy"] = CSP
    return response
