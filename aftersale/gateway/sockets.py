"""Opens the stream of a conversation over WebSocket, and closes it with a code."""

import asyncio
import logging

from aiohttp import WSCloseCode, web

from aftersale.domain.conversations import Ticket
from aftersale.errors import AftersaleError
from aftersale.gateway.bodies import BODY_LIMIT, number
from aftersale.gateway.keys import LIMITERS, METRICS, SERVICES, SETTINGS, SOCKETS
from aftersale.gateway.limits import client_address
from aftersale.gateway.live_socket import NOT_YOURS, OVER, Closing, Patience, Socket, closing_of
from aftersale.gateway.messages import SEQ_LIMIT
from aftersale.gateway.open_sockets import TooManySockets
from aftersale.gateway.origins import may_call
from aftersale.gateway.replies import Refusal

log = logging.getLogger(__name__)

PROTOCOL = "aftersale.v1"
HEARTBEAT = 25.0  # seconds: shorter than what proxies take for silence
WRITE_AHEAD = 65_536  # bytes


async def stream(request: web.Request) -> web.StreamResponse:
    """Open the socket of a conversation; every refusal is a close code, which pages can read."""
    ws = web.WebSocketResponse(
        protocols=(PROTOCOL,),
        heartbeat=HEARTBEAT,
        max_msg_size=BODY_LIMIT,
        compress=False,
        timeout=Patience.close,
        writer_limit=WRITE_AHEAD,
    )
    offered = ws.can_prepare(request)
    if not offered.ok or offered.protocol != PROTOCOL:
        raise Refusal("bad_request", f"This address speaks WebSocket, subprotocol {PROTOCOL}.")
    since = int(number(request, "since", default=0, most=SEQ_LIMIT))
    await ws.prepare(request)
    try:
        await _serve(request, ws, since)
    except Closing as closing:
        await _close(request, ws, closing)
    except AftersaleError as error:
        await _close(request, ws, closing_of(error))
    except Exception:  # a process edge: the upgrade cannot be undone
        log.exception("a socket failed")
        await _close(request, ws, Closing(WSCloseCode.INTERNAL_ERROR, "internal"))
    return ws


async def _serve(request: web.Request, ws: web.WebSocketResponse, since: int) -> None:
    """Serve the socket until it ends, or refuse it."""
    app = request.app
    ticket = await _admitted(request)
    socket, address = Socket(app, ws, ticket), _address(request)
    with (
        app[SOCKETS].room_for(ticket.conversation_id, address, socket.go_away),
        app[METRICS].open_socket(),
    ):
        async with socket.serving(since) as closing:
            await _close(request, ws, closing)


async def _admitted(request: web.Request) -> Ticket:
    """Return the ticket of a caller who may open one more socket, from a page that may."""
    services = request.app[SERVICES]
    if not request.app[LIMITERS].sockets.take(_address(request)):
        raise TooManySockets("Too many connections at once; wait a moment.")
    if not may_call(request):
        raise Closing(NOT_YOURS, "origin_not_allowed")
    told, named = request.query.get("ticket", ""), request.match_info["conversation_id"]
    ticket, conversation = await services.in_thread(
        lambda: services.chat.live.admit(told, named, services.clock())
    )
    if not may_call(request, conversation.storefront):
        raise Closing(NOT_YOURS, "origin_not_allowed")
    return ticket


def _address(request: web.Request) -> str:
    forwarded = request.headers.get("X-Forwarded-For", "")
    return client_address(request.remote, forwarded, request.app[SETTINGS].trusted_proxies)


async def _close(request: web.Request, ws: web.WebSocketResponse, closing: Closing) -> None:
    """Say the code; a client that does not even take that is cut off."""
    code = ws.close_code or closing.code
    if closing.code >= OVER:
        named = request.match_info["conversation_id"]
        told = {"code": code, "kind": closing.reason, "conversation_id": named[:64]}
        log.warning("a socket was closed", extra=told)
    request.app[METRICS].socket_closed(code)
    transport = request.transport
    # Without waiting for room: the frame stands in line, behind what was not read yet.
    await ws.close(code=closing.code, message=closing.reason.encode(), drain=False)
    if transport is not None and transport.get_write_buffer_size():
        # Left alone it would wait for ever for a client that never reads.
        asyncio.get_running_loop().call_later(Patience.close, transport.abort)
