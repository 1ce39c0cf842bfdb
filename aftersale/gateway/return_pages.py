"""The way back from a letter into the conversation. A GET changes nothing: scanners look too."""

from html import escape

from aiohttp import web

from aftersale.domain.conversations import Author
from aftersale.errors import LinkGone
from aftersale.gateway.bodies import fields, required_text
from aftersale.gateway.keys import SERVICES
from aftersale.gateway.pages import page, paragraph, token_of
from aftersale.gateway.replies import reply
from aftersale.gateway.sessions import opened_json
from aftersale.services.news import Returned

GONE = "This link has been used or has expired. Your conversation is in the shop's chat."
WRITERS = {
    Author.BUYER: "You",
    Author.BOT: "Assistant",
    Author.SYSTEM: "Assistant",
    Author.AGENT: "Our team",
    Author.SELLER: "Seller",
}


async def show(request: web.Request) -> web.Response:
    """Show a button that opens the conversation."""
    services, token = request.app[SERVICES], token_of(request)
    good = await services.in_thread(
        lambda: services.return_to_chat.is_good(token, services.clock())
    )
    if not good:
        return page("Link no longer valid", paragraph(GONE), status=410)
    return page(
        "Your conversation",
        paragraph("There is news for you. The link works once.")
        + '<form method="post"><button name="answer" value="agree">Show it</button></form>',
    )


async def take(request: web.Request) -> web.Response:
    """Show what was said last."""
    services, token = request.app[SERVICES], token_of(request)
    try:
        returned = await services.in_thread(
            lambda: services.return_to_chat.use(token, services.clock())
        )
    except LinkGone:
        return page("Link no longer valid", paragraph(GONE), status=410)
    return page(f"Your conversation with {returned.storefront_name}", _told(returned))


async def resume(request: web.Request) -> web.Response:
    """Give a client that was sent here by the link the session of its conversation."""
    given = await fields(request, {"token"})
    token = required_text(given, "token", limit=256)
    services = request.app[SERVICES]
    returned = await services.in_thread(
        lambda: services.return_to_chat.use(token, services.clock())
    )
    return reply(opened_json(returned.opened))


def _told(returned: Returned) -> str:
    lines = "".join(
        f"<dt>{WRITERS[author]}</dt><dd>{escape(text).replace(chr(10), '<br>')}</dd>"
        for author, text in returned.messages
    )
    shop = escape(returned.shop_url or "", quote=True)
    way_on = f'<p><a href="{shop}">Go on in the chat of the shop</a></p>' if shop else ""
    return f"<dl>{lines}</dl>{way_on}"
