"""One open socket: a cursor into the log, and the few answers it owes.

The log itself is the queue of what is sent: whoever is slow costs one page of memory, and whoever
never reads is closed without anybody else noticing.
"""

import asyncio
import contextlib
import json
import logging
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from aftersale.domain.conversations import Ticket
from aftersale.errors import AftersaleError, NotFound, TokenInvalid
from aftersale.gateway.bodies import known_fields, parse
from aftersale.gateway.keys import LIMITERS, RUNNER, SERVICES
from aftersale.gateway.limits import Buckets
from aftersale.gateway.messages import as_json, incoming_of
from aftersale.gateway.open_sockets import TooManySockets
from aftersale.gateway.presence import note_typing, seq_of
from aftersale.gateway.replies import Refusal, refusal_of
from aftersale.settings import Rate

log = logging.getLogger(__name__)

OVER, NOT_YOURS, GONE, TOO_SLOW, TOO_MANY = 4401, 4403, 4404, 4408, 4429
LOOK_AGAIN = 60.0  # seconds: a session that ends in silence is found out by then
FRAMES = Rate(60, 10.0)  # of one socket, whatever they say
OWN_FRAMES = 64  # answers that wait to be sent


class Patience:
    """Seconds to wait for a client; tests have less."""

    send = 15.0
    close = 3.0


class Closing(Exception):
    """No error: the end of a socket, with its code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


def closing_of(error: AftersaleError) -> Closing:
    """Return how a socket ends by an error of ours."""
    match error:
        case TokenInvalid():
            return Closing(OVER, error.code)
        case NotFound():
            return Closing(NOT_YOURS, error.code)
        case TooManySockets():
            return Closing(TOO_MANY, error.code)
    return Closing(WSCloseCode.INTERNAL_ERROR, "internal")


class Socket:
    """One open socket: a cursor into the log, and the few answers it owes."""

    def __init__(self, app: web.Application, ws: web.WebSocketResponse, ticket: Ticket) -> None:
        self._app, self._ws, self._ticket = app, ws, ticket
        self._services = app[SERVICES]
        self._own: deque[Mapping[str, Any]] = deque()
        self._frames = Buckets(FRAMES, asyncio.get_running_loop().time)
        self._woken = asyncio.Event()
        self._stuck: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._leaving = False

    @property
    def _id(self) -> str:
        return self._ticket.conversation_id

    def go_away(self) -> None:
        """End the socket because the app stops; the client comes back to the next one."""
        self._leaving = True
        self._woken.set()

    @contextlib.asynccontextmanager
    async def serving(self, since: int) -> AsyncIterator[Closing]:
        """Serve until either direction ends, or the client takes nothing; then tell why.

        Only then is what still runs cut off: a send that is cancelled while it waits for room
        would take the close frame with it.
        """
        sending = asyncio.create_task(self._send_all(since))
        hearing = asyncio.create_task(self._hear_all())
        ends = (sending, hearing, self._stuck)
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            why = _why([each for each in ends if each.done()])
            # Whoever closes wants to hear the client's own close frame.
            await _ended(hearing)
            yield why
        finally:
            self._stuck.cancel()
            await _ended(hearing)
            await _ended(sending)

    async def _send_all(self, since: int) -> None:
        """Send what is in the log, then what comes; subscribed before the first look."""
        with self._services.bus.waiting(self._id, self._woken):
            ready = False
            while not self._leaving:
                self._woken.clear()
                await self._send_own()
                at = since
                followed = await self._services.in_thread(
                    lambda at=at: self._services.chat.live.follow(  # type: ignore[misc]
                        self._ticket, at, self._services.clock()
                    )
                )
                links, now = self._services.uploads.links, self._services.clock()
                for event in followed.events:
                    await self._send(as_json(event, links, now))
                    since = event.seq
                if followed.is_last:
                    raise Closing(GONE, "deleted")
                if not followed.is_all:
                    continue
                if not ready:
                    ready = True
                    await self._send({"type": "ready", "seq": since})
                await self._wait()
        raise Closing(WSCloseCode.GOING_AWAY, "restart")

    async def _wait(self) -> None:
        with contextlib.suppress(TimeoutError):
            # Not `wait_for`: in Python 3.11 it swallows a cancellation that meets the waking.
            async with asyncio.timeout(LOOK_AGAIN):
                await self._woken.wait()

    async def _send_own(self) -> None:
        while self._own:
            await self._send(self._own.popleft())

    async def _send(self, frame: Mapping[str, Any]) -> None:
        """Send one frame; a client that takes nothing for too long is closed."""
        text = json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
        patience = asyncio.get_running_loop().call_later(Patience.send, self._give_up)
        try:
            await self._ws.send_str(text)
        finally:
            patience.cancel()

    def _give_up(self) -> None:
        if not self._stuck.done():
            self._stuck.set_exception(Closing(TOO_SLOW, "too_slow"))

    def _owe(self, frame: Mapping[str, Any]) -> None:
        if len(self._own) >= OWN_FRAMES:
            raise Closing(TOO_SLOW, "too_slow")
        self._own.append(frame)
        self._woken.set()

    async def _hear_all(self) -> None:
        async for message in self._ws:
            if not self._frames.take(self._id):
                raise Closing(TOO_MANY, "too_many_requests")
            await self._hear(message)

    async def _hear(self, message: WSMessage) -> None:
        """Do what one frame says; what is refused is told, and the socket stays."""
        own_id = None
        try:
            frame = _frame(message)
            own_id = frame.get("client_msg_id")
            await self._do(frame)
        except (TokenInvalid, NotFound) as over:
            raise closing_of(over) from over
        except AftersaleError as refused:
            told = refusal_of(refused)
            log.info("a frame was refused", extra={"code": told["code"], "kind": "socket"})
            self._owe({"type": "refused", "client_msg_id": _shown(own_id), **told})

    async def _do(self, frame: dict[str, Any]) -> None:
        kind = frame.pop("type", None)
        if kind != "ping":
            await self._services.in_thread(
                lambda: self._services.chat.live.require(self._ticket, self._services.clock())
            )
        match kind:
            case "message":
                await self._take(frame)
            case "typing":
                known_fields(frame, ())
                await note_typing(self._app, self._id)
            case "read":
                seq = seq_of(known_fields(frame, {"seq"}))
                await self._services.in_thread(
                    lambda: self._services.chat.live.read(self._id, seq)
                )
            case "ping":
                self._owe({"type": "pong"})
            case _:
                raise Refusal("bad_request", "Known types: message, typing, read, ping.")

    async def _take(self, frame: dict[str, Any]) -> None:
        if not self._app[LIMITERS].conversation.take(self._id):
            raise Refusal("too_many_requests", "Too many messages; please slow down.")
        incoming, services = incoming_of(frame), self._services
        received = await services.in_thread(
            lambda: services.conversations.receive(self._id, incoming, services.clock())
        )
        event = received.event
        if received.owes_turn:
            self._app[RUNNER].notice(event.conversation_id, event.seq)
        ack = {"client_msg_id": incoming.client_msg_id, "id": f"{self._id}-{event.seq}"}
        self._owe({"type": "ack", **ack, "seq": event.seq})


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _frame(message: WSMessage) -> dict[str, Any]:
    if message.type is not WSMsgType.TEXT:
        raise Refusal("bad_request", "A frame is JSON text.")
    loaded = parse(message.data.encode("utf-8", "replace"))
    if not isinstance(loaded, dict):
        raise Refusal("bad_request", "A frame is a JSON object.")
    return loaded


def _shown(own_id: object) -> str | None:
    return own_id if isinstance(own_id, str) and len(own_id) <= 64 else None


def _why(ended: Sequence[asyncio.Future[None]]) -> Closing:
    """Return how the socket ends, of what ended the one that has a reason."""
    reasons = [each.exception() for each in ended]
    for reason in reasons:
        if isinstance(reason, Closing):
            return reason
    for reason in reasons:
        if isinstance(reason, AftersaleError):
            return closing_of(reason)
        if reason is not None and not isinstance(reason, ConnectionError):
            log.error("a socket failed", exc_info=reason)
            return Closing(WSCloseCode.INTERNAL_ERROR, "internal")
    return Closing(WSCloseCode.OK, "")
