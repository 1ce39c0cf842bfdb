"""What a client says beside messages: it wants a socket, it has read, it types."""

from aiohttp import web

from aftersale.gateway.bodies import fields
from aftersale.gateway.keys import LIMITERS, SERVICES
from aftersale.gateway.replies import Refusal, reply
from aftersale.gateway.sessions import entered, instant

SEQ_LIMIT = 2**53


async def ticket(request: web.Request) -> web.Response:
    """Give a ticket for one socket; it is over soon."""
    conversation = await entered(request)
    if not request.app[LIMITERS].conversation.take(conversation.conversation_id):
        raise Refusal("too_many_requests", "Too many tickets; please slow down.")
    services = request.app[SERVICES]
    minted = await services.in_thread(
        lambda: services.chat.live.mint(conversation, services.clock())
    )
    shown = {"ticket": minted.ticket, "expires_at": instant(minted.expires_at)}
    return reply(shown, status=201)


async def read(request: web.Request) -> web.Response:
    """Note how far the buyer has read."""
    conversation = await entered(request)
    seq = seq_of(await fields(request, {"seq"}))
    services = request.app[SERVICES]
    await services.in_thread(lambda: services.chat.live.read(conversation.conversation_id, seq))
    return web.Response(status=204)


async def typing(request: web.Request) -> web.Response:
    """Note that the buyer types."""
    conversation = await entered(request)
    await note_typing(request.app, conversation.conversation_id)
    return web.Response(status=204)


async def note_typing(app: web.Application, conversation_id: str) -> None:
    """Pass on that the buyer types; said again at once it is no news."""
    services = app[SERVICES]
    if app[LIMITERS].typing.take(conversation_id):
        await services.in_thread(
            lambda: services.chat.live.type(conversation_id, services.clock())
        )


def seq_of(given: dict[str, object]) -> int:
    """Return the seq that a client names."""
    seq = given.get("seq")
    if type(seq) is not int or not 0 <= seq < SEQ_LIMIT:
        raise Refusal("bad_request", "seq must be a whole number, 0 or more.")
    return seq
