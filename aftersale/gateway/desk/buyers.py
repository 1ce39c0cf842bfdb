"""Buyers at the desk: written to first, blocked, and let in again."""

from aiohttp import web

from aftersale.domain.desk import Role
from aftersale.gateway.bodies import required_text, text
from aftersale.gateway.desk import acting_shapes as shapes
from aftersale.gateway.desk.bodies import fields
from aftersale.gateway.desk.entry import API, require_role, signed_in
from aftersale.gateway.desk.times import when
from aftersale.gateway.keys import SERVICES
from aftersale.gateway.replies import Refusal, reply
from aftersale.gateway.text import clean
from aftersale.services.desk.writing_first import FirstWords

LONGEST_REASON = 2_000  # signs


def routes() -> list[web.RouteDef]:
    """Return what this module answers."""
    block = f"{API}/buyers/{{id}}/block"
    return [
        web.post(f"{API}/conversations", start, name="desk_start"),
        web.post(block, put, name="desk_block"),
        web.delete(block, lift, name="desk_unblock"),
    ]


async def start(request: web.Request) -> web.Response:
    """Write to a buyer first; the conversation is the agent's then."""
    given = await fields(request, ("storefront", "buyer_id", "order_number", "text"))
    user, services = signed_in(request), request.app[SERVICES]
    words = FirstWords(
        storefront=required_text(given, "storefront", limit=64),
        text=clean(required_text(given, "text", limit=65_536)),
        buyer_id=text(given, "buyer_id", limit=64, required=False),
        order_number=text(given, "order_number", limit=64, required=False),
    )
    if (words.buyer_id is None) == (words.order_number is None):
        raise Refusal("bad_request", "Name either buyer_id or order_number.")
    talk = await services.in_thread(
        lambda: services.desk_acts.writing_first.start(words, user=user, now=services.clock())
    )
    return reply({"conversation_id": talk.conversation_id}, status=201)


async def put(request: web.Request) -> web.Response:
    """Take no new messages of a buyer."""
    user = require_role(request, Role.SUPERVISOR)
    given = await fields(request, ("reason", "until"))
    services, buyer = request.app[SERVICES], request.match_info["id"]
    reason = required_text(given, "reason", limit=LONGEST_REASON).strip()
    if not reason:
        raise Refusal("bad_request", "Say the reason.")
    until = when(given.get("until"), "until")
    block = await services.in_thread(
        lambda: services.desk_acts.blocking.block(
            buyer, reason, user=user, now=services.clock(), until=until
        )
    )
    return reply({"blocked": shapes.block_json(block)})


async def lift(request: web.Request) -> web.Response:
    """Take messages of the buyer again."""
    user = require_role(request, Role.SUPERVISOR)
    services, buyer = request.app[SERVICES], request.match_info["id"]
    await services.in_thread(
        lambda: services.desk_acts.blocking.lift(buyer, user=user, now=services.clock())
    )
    return web.Response(status=204)
