"""A buyer on Matrix, with a client made by others."""

import io
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from nio import AsyncClient, ReceiptEvent, RoomMessage, RoomPreset, TypingNoticeEvent

from tests.matrix_server import Person, Synapse

PATIENCE = 30.0  # seconds
LONG = {"room": {"timeline": {"limit": 200}}}


@dataclass
class MatrixBuyer:
    """What they did and what they have seen of us."""

    client: AsyncClient
    us: str
    room: str = ""
    seen: list[dict[str, Any]] = field(default_factory=list)  # contents of our messages
    read: set[str] = field(default_factory=set)  # what we have read
    typed: int = 0  # how often we began to type
    _ids: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, synapse: Synapse, person: Person, us: str) -> "MatrixBuyer":
        client = AsyncClient(synapse.url, person.user_id)
        client.access_token, client.user_id = person.token, person.user_id
        return cls(client, us)

    async def invite(self) -> None:
        made = await self.client.room_create(
            is_direct=True, preset=RoomPreset.trusted_private_chat, invite=[self.us]
        )
        self.room = made.room_id

    async def say(self, text: str, **more: Any) -> str:
        return await self.send({"msgtype": "m.text", "body": text, **more})

    async def edit(self, event_id: str, text: str) -> None:
        await self.say(
            f"* {text}",
            **{
                "m.new_content": {"msgtype": "m.text", "body": text},
                "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
            },
        )

    async def send(self, content: dict[str, Any]) -> str:
        sent = await self.client.room_send(self.room, "m.room.message", content)
        return str(sent.event_id)

    async def show(self, photo: bytes, caption: str = "") -> None:
        media_type, name = "image/jpeg", "photo.jpg"
        kept, _ = await self.client.upload(
            io.BytesIO(photo), content_type=media_type, filename=name, filesize=len(photo)
        )
        info = {"mimetype": media_type, "size": len(photo)}
        content = {"msgtype": "m.image", "filename": name, "url": kept.content_uri, "info": info}
        await self.send({**content, "body": caption or name})

    async def file_of(self, content: dict[str, Any]) -> bytes:
        return bytes((await self.client.download(content["url"])).body)

    @property
    def told(self) -> list[str]:
        """What we said to them, in order."""
        return [str(each["body"]) for each in self.seen]

    async def until(self, is_so: Callable[[], bool], *, seconds: float = PATIENCE) -> None:
        """Wait for what is expected of us."""
        end = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < end, (self.told, self.read, self.typed)
            await self.look()

    async def look(self, *, wait: float = 1.0) -> None:
        """Take in what happens within a moment."""
        news = await self.client.sync(timeout=int(wait * 1000), sync_filter=LONG)
        room = news.rooms.join.get(self.room)
        for event in room.timeline.events if room else ():
            if event.event_id not in self._ids:
                self._ids.add(event.event_id)
                if isinstance(event, RoomMessage) and event.sender == self.us:
                    self.seen.append(event.source["content"])
        for sign in room.ephemeral if room else ():
            if isinstance(sign, TypingNoticeEvent):
                self.typed += self.us in sign.users
            elif isinstance(sign, ReceiptEvent):
                self.read |= {each.event_id for each in sign.receipts if each.user_id == self.us}
