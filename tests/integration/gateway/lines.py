"""A client's end of a socket, as tests hold it."""

import asyncio
import json
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from aiohttp import ClientWebSocketResponse, WSMsgType

from tests.integration.gateway.world import Talk, World

PROTOCOL = "aftersale.v1"
SECONDS = 10


async def ticket(talk: Talk) -> str:
    reply = await talk.world.call("POST", f"{talk.path}/ticket", token=talk.token)
    assert reply.status == 201, reply.body
    return reply.body["ticket"]


class Line:
    """What was heard, and the ways to say something."""

    def __init__(self, ws: ClientWebSocketResponse) -> None:
        self.ws = ws
        self.heard: list[dict[str, Any]] = []

    async def say(self, **frame: Any) -> None:
        await self.ws.send_str(json.dumps(frame))

    async def write(self, text: str, own_id: str | None = None) -> str:
        own_id = own_id or uuid4().hex
        await self.say(type="message", client_msg_id=own_id, text=text)
        return own_id

    async def next(self) -> dict[str, Any]:
        message = await asyncio.wait_for(self.ws.receive(), SECONDS)
        assert message.type is WSMsgType.TEXT, (message, self.ws.close_code)
        self.heard.append(json.loads(message.data))
        return self.heard[-1]

    async def until(self, type_: str, times: int = 1) -> list[dict[str, Any]]:
        """Hear until that many frames of a type came; return what came since the call."""
        before = len(self.heard)
        while sum(frame["type"] == type_ for frame in self.heard[before:]) < times:
            await self.next()
        return self.heard[before:]

    async def closed(self) -> int | None:
        """Hear until the end; return its code."""
        async with asyncio.timeout(SECONDS):
            while (message := await self.ws.receive()).type is WSMsgType.TEXT:
                self.heard.append(json.loads(message.data))
        return self.ws.close_code

    @property
    def seqs(self) -> list[int]:
        """The seqs of events, without what is no event."""
        return [frame["seq"] for frame in self.heard if "at" in frame]


@asynccontextmanager
async def line(talk: Talk, since: int = 0, told: str | None = None, **headers: str):
    """Open a socket of the conversation, with a fresh ticket unless one is given."""
    told = await ticket(talk) if told is None else told
    async with dial(talk.world, f"{talk.path}/ws?ticket={told}&since={since}", **headers) as it:
        yield it


@asynccontextmanager
async def dial(world: World, path: str, **headers: str):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with world.client.ws_connect(path, protocols=(PROTOCOL,), headers=named) as ws:
        yield Line(ws)
