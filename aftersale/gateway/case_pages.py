"""The page where a leader answers a case. A GET changes nothing: scanners follow links."""

from html import escape

from aiohttp import web

from aftersale.errors import LinkGone
from aftersale.gateway.keys import SERVICES
from aftersale.gateway.page_photos import photos
from aftersale.gateway.pages import page, paragraph, token_of
from aftersale.gateway.replies import Refusal
from aftersale.services.case_life.answering import LONGEST, CasePage

_GONE = "This link has been used, has expired, or the matter is settled. Nothing was changed."
_TAKEN = "Thank you. Your answer is in the case and the buyer is told."


async def show(request: web.Request) -> web.Response:
    """Show what is wrong, with room for an answer."""
    services, token = request.app[SERVICES], token_of(request)
    now = services.clock()
    try:
        shown = await services.in_thread(lambda: services.answer_case.view(token, now=now))
    except LinkGone:
        return page("Link no longer valid", paragraph(_GONE), status=410)
    sent = photos(shown.photos, services.uploads.links, now)
    title = "What can you say about this?"
    return page(title, _question(shown, sent), pictures=bool(sent))


async def take(request: web.Request) -> web.Response:
    """Take the answer that was written."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise Refusal("unsupported_media_type", "Use the form of the page.")
    answer = (await request.post()).get("answer")
    if not isinstance(answer, str) or not answer.strip():
        raise Refusal("bad_request", "Please write an answer.")
    services, token = request.app[SERVICES], token_of(request)
    try:
        await services.in_thread(
            lambda: services.answer_case.answer(token, answer, now=services.clock())
        )
    except LinkGone:
        return page("Link no longer valid", paragraph(_GONE), status=410)
    return page("Thank you", paragraph(_TAKEN))


def _question(shown: CasePage, sent: str) -> str:
    items = "".join(f"<li>{escape(item)}</li>" for item in shown.items)
    return (
        f"<p>{escape(shown.first_name)} asks for your help with an order on "
        f"{escape(shown.storefront_name)} (case {escape(shown.reference)}):</p><ul>{items}</ul>"
        f"{paragraph(shown.text)}{sent}"
        '<form method="post"><label>Your answer'
        f'<textarea name="answer" rows="6" maxlength="{LONGEST}" required></textarea></label>'
        "<button>Send the answer</button></form>"
        f"<p>The link works once, until {shown.expires_at:%d %B %Y %H:%M %Z}. "
        "The buyer reads what you write.</p>"
    )
