"""The page behind a buyer's one-time link: a GET changes nothing, a POST stores, once."""

from aiohttp import web

from aftersale.errors import LinkGone, MessageRefused
from aftersale.gateway.keys import SERVICES
from aftersale.gateway.pages import page, paragraph, token_of
from aftersale.gateway.replies import Refusal
from aftersale.gateway.text import clean
from aftersale.services.secure_link import LONGEST, SecurePage

TITLE = "Send something confidential"
GONE = "This link has been used or has expired. Ask for a new one in the chat."
WHAT = (
    "What you write here does not appear in the chat. It is stored encrypted and apart from it, "
    "for 30 days at most, and only people who handle your case may open it."
)
NEVER = "Please never send passwords or card numbers: nobody here needs them."
HIDDEN = "What looked like a card number or a password was taken out before it was stored."
AGAIN = f"Please write between 1 and {LONGEST:,} characters."


async def show(request: web.Request) -> web.Response:
    """Show the form."""
    services, token = request.app[SERVICES], token_of(request)
    try:
        asked = await services.in_thread(
            lambda: services.secure_inbox.view(token, now=services.clock())
        )
    except LinkGone:
        return page("Link no longer valid", paragraph(GONE), status=410)
    return page(TITLE, _form(asked))


async def take(request: web.Request) -> web.Response:
    """Take what was written."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise Refusal("unsupported_media_type", "Use the form of the page.")
    written = (await request.post()).get("text")
    services, token = request.app[SERVICES], token_of(request)
    try:
        text = clean(written if isinstance(written, str) else "", limit=LONGEST)
    except MessageRefused:
        return page(TITLE, paragraph(AGAIN), status=422)
    try:
        taken = await services.in_thread(
            lambda: services.secure_inbox.take(token, text, now=services.clock())
        )
    except LinkGone:
        return page("Link no longer valid", paragraph(GONE), status=410)
    hidden = paragraph(HIDDEN) if taken.hid_something else ""
    thanks = f"Thank you. It belongs to case {taken.case_number} now; you can close this page."
    return page("Received", paragraph(thanks) + hidden)


def _form(asked: SecurePage) -> str:
    until = f"For {asked.storefront_name}. The link works once, until "
    return (
        f"{paragraph(WHAT)}{paragraph(NEVER)}"
        '<form method="post" autocomplete="off"><label for="text">Your message</label>'
        f'<textarea id="text" name="text" rows="8" maxlength="{LONGEST}" required></textarea>'
        '<button value="agree">Send</button></form>'
        f"{paragraph(until + f'{asked.expires_at:%d %B %Y %H:%M %Z}.')}"
    )
