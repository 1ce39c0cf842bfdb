"""What the WhatsApp server for tests remembers, and in which shapes it tells it."""

import base64
import hashlib
import itertools
from dataclasses import dataclass, field
from typing import Any

NUMBER, OTHER_NUMBER, WABA = "106540352242922", "106540352249999", "102290129340398"
SHOWN = {NUMBER: "15550783881", OTHER_NUMBER: "15550783882"}
DAY, URL_SECONDS, MEDIA_SECONDS = 86_400, 300, 7 * 86_400
Thing = dict[str, Any]


@dataclass
class Person:
    """A WhatsApp user. Who shows no phone is known to a business by `user_id` alone."""

    name: str
    phone: str
    user_id: str
    shows_phone: bool = True
    heard_at: int | None = None
    has_blocked: bool = False
    unread: list[str] = field(default_factory=list)

    def contact(self) -> Thing:
        shown: Thing = {"profile": {"name": self.name}, "user_id": self.user_id}
        return shown | ({"wa_id": self.phone} if self.shows_phone else {})

    def sender(self) -> Thing:
        shown = {"from_user_id": self.user_id}
        return shown | ({"from": self.phone} if self.shows_phone else {})

    def recipient(self) -> Thing:
        shown = {"recipient_user_id": self.user_id}
        return shown | ({"recipient_id": self.phone} if self.shows_phone else {})


@dataclass
class Sent:
    """A message of the business, as it was taken."""

    id: str
    person: Person | None  # None: a group
    body: Thing

    @property
    def token(self) -> str:
        return str(self.body["biz_opaque_callback_data"])

    def words(self) -> str:
        """Return what its reader sees first."""
        kind = self.body["type"]
        if kind == "text":
            return str(self.body["text"]["body"])
        if kind == "interactive":
            return str(self.body["interactive"]["body"]["text"])
        if kind == "template":
            return str(self.body["template"]["name"])
        return str(self.body[kind].get("caption", ""))

    def choices(self) -> list[Thing]:
        """Return its buttons or rows, each with id and title."""
        shown = self.body.get("interactive")
        if shown is None:
            return []
        if shown["type"] == "list":
            return [row for part in shown["action"]["sections"] for row in part["rows"]]
        return [each["reply"] for each in shown["action"]["buttons"]]


@dataclass
class Media:
    """A file at the provider, and how it deviates from what is said of it."""

    id: str
    content: bytes
    mime_type: str
    made_at: int
    said_sha256: str = ""
    said_type: str = ""
    said_size: int | None = None
    url: str = ""  # where it lies, when not here
    redirects: str = ""

    def told(self, **more: str) -> Thing:
        """As a webhook names it: with its hash in base64."""
        hashed = base64.b64encode(hashlib.sha256(self.content).digest()).decode()
        return {"id": self.id, "mime_type": self.mime_type, "sha256": hashed} | more

    def shown(self, url: str) -> Thing:
        """As the interface shows it: with its hash in hex."""
        size = len(self.content) if self.said_size is None else self.said_size
        return {
            "messaging_product": "whatsapp",
            "url": self.url or url,
            "mime_type": self.said_type or self.mime_type,
            "sha256": self.said_sha256 or hashlib.sha256(self.content).hexdigest(),
            "file_size": size,
            "id": self.id,
        }


class State:
    """People, messages, files and the time."""

    def __init__(self) -> None:
        self.people: list[Person] = []
        self.groups: dict[str, list[Person]] = {}
        self.sent: list[Sent] = []
        self.received: dict[str, Person] = {}  # wamid of a buyer's message: who wrote it
        self.in_groups: set[str] = set()
        self.media: dict[str, Media] = {}
        self.links: dict[str, tuple[str, int]] = {}  # token of an address: media id, until when
        self.now = 0
        self._ids = itertools.count(1)

    def new_id(self, kind: str) -> str:
        return f"{kind}{next(self._ids):08}"

    def add_person(self, name: str, **more: Any) -> Person:
        count = len(self.people) + 1
        own = Person(name, f"4915100000{count:03}", f"DE.1349120865530274{count:04}", **more)
        self.people.append(own)
        return own

    def person(self, asked: Thing) -> Person | None:
        """Return whom a send request names."""
        wanted = {asked.get("to"), asked.get("recipient")} - {None}
        return next((each for each in self.people if wanted & {each.phone, each.user_id}), None)

    def add_media(self, content: bytes, mime_type: str, **lies: Any) -> Media:
        own = Media(self.new_id("70"), content, mime_type, self.now, **lies)
        self.media[own.id] = own
        return own

    def link(self, base: str, media: Media) -> str:
        token = self.new_id("t")
        self.links[token] = (media.id, self.now + URL_SECONDS)
        return f"{base}/whatsapp_business/attachments/{token}"

    def hears(self, person: Person, wamid: str) -> None:
        """A message of a person opens the window for a day."""
        person.heard_at = self.now
        person.unread.append(wamid)
        self.received[wamid] = person

    def is_open(self, person: Person) -> bool:
        return person.heard_at is not None and self.now - person.heard_at < DAY
