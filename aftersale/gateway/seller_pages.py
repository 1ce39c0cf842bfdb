"""The page where a seller answers a letter. A GET changes nothing: scanners follow links."""

from html import escape

from aiohttp import web

from aftersale.errors import LinkGone
from aftersale.gateway.keys import SERVICES
from aftersale.gateway.page_photos import photos
from aftersale.gateway.pages import page, paragraph, token_of
from aftersale.gateway.replies import Refusal
from aftersale.services.seller_answers import LONGEST, AnswerTaken, LetterPage

_GONE = (
    "This link has been used or has expired. Nothing was changed. To write more, please answer "
    "the mail that it came with."
)
_TAKEN = {
    AnswerTaken.TOLD: "Thank you. Your answer is in the conversation and the buyer is told.",
    AnswerTaken.KEPT: "Thank you. Your answer is kept for the marketplace; that conversation is "
    "over.",
}


async def show(request: web.Request) -> web.Response:
    """Show what was written, with room for an answer."""
    services, token = request.app[SERVICES], token_of(request)
    now = services.clock()
    try:
        shown = await services.in_thread(lambda: services.seller_answers.view(token, now=now))
    except LinkGone:
        return page("Link no longer valid", paragraph(_GONE), status=410)
    sent = photos(shown.photos, services.uploads.links, now)
    return page("A message for you", _letter(shown, sent), pictures=bool(sent))


async def take(request: web.Request) -> web.Response:
    """Take the answer that was written."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise Refusal("unsupported_media_type", "Use the form of the page.")
    answer = (await request.post()).get("answer")
    if not isinstance(answer, str) or not answer.strip():
        raise Refusal("bad_request", "Please write an answer.")
    services, token = request.app[SERVICES], token_of(request)
    try:
        taken = await services.in_thread(
            lambda: services.seller_answers.answer(token, answer, now=services.clock())
        )
    except LinkGone:
        return page("Link no longer valid", paragraph(_GONE), status=410)
    return page("Thank you", paragraph(_TAKEN[taken]))


def _letter(shown: LetterPage, sent: str) -> str:
    items = "".join(f"<li>{escape(item)}</li>" for item in shown.items)
    who = escape(shown.first_name or "A visitor")
    return (
        f"<p>{who} writes to you on {escape(shown.storefront_name)} "
        f"(reference {escape(shown.reference)}):</p>"
        f"{f'<ul>{items}</ul>' if items else ''}<blockquote>{escape(shown.text)}</blockquote>"
        f"{sent}"
        '<form method="post"><label>Your answer'
        f'<textarea name="answer" rows="6" maxlength="{LONGEST}" required></textarea></label>'
        "<button>Send the answer</button></form>"
        f"<p>The link works once, until {shown.expires_at:%d %B %Y %H:%M %Z}. They read what you "
        "write; it agrees to nothing by itself.</p>"
    )
