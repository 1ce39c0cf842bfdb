"""A signed-in buyer's chats on messengers: a link for one, the list, and the end of one."""

from typing import Any

from aiohttp import web

from aftersale.gateway.bodies import fields, required_text, text
from aftersale.gateway.keys import SERVICES
from aftersale.gateway.replies import reply
from aftersale.gateway.sessions import entered, instant
from aftersale.services.channels.link_making import ConnectedChat

_NAME, _NUMBER = 40, 64  # characters


async def make(request: web.Request) -> web.Response:
    """Make a one-time link for the account on a messenger that the shop names."""
    conversation = await entered(request)
    given = await fields(request, {"account", "order_number"})
    account = required_text(given, "account", limit=_NAME)
    order = text(given, "order_number", limit=_NUMBER, required=False)
    services = request.app[SERVICES]
    made = await services.in_thread(
        lambda: services.links.make(conversation, account, order, services.clock())
    )
    told = {"url": made.url, "words": made.words, "expires_at": instant(made.expires_at)}
    return reply(told, status=201)


async def shown(request: web.Request) -> web.Response:
    """List the connected chats."""
    conversation = await entered(request)
    services = request.app[SERVICES]
    chats = await services.in_thread(lambda: services.links.shown(conversation, services.clock()))
    return reply({"links": [_shape(each) for each in chats]})


async def revoke(request: web.Request) -> web.Response:
    """Disconnect one chat, which is told so."""
    conversation = await entered(request)
    services, link_id = request.app[SERVICES], request.match_info["link_id"]
    await services.in_thread(
        lambda: services.links.revoke(conversation, link_id, services.clock())
    )
    return reply({"connected": False})


def _shape(chat: ConnectedChat) -> dict[str, Any]:
    return {
        "link_id": chat.link_id,
        "channel": chat.channel.value,
        "account": chat.account,
        "level": chat.level.value,
        "linked_at": instant(chat.linked_at),
        "until": instant(chat.until),
    }
