"""What a Telegram server remembers of one bot, and in which shapes it tells it."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Thing = dict[str, Any]
TOKEN = "7000001:AAE-token-of-the-bot-for-tests-0000000"
ME: Thing = {
    "id": 7_000_001,
    "is_bot": True,
    "first_name": "Aftersale",
    "username": "aftersale_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}
LARGEST_FILE = 20 * 1024 * 1024  # what getFile hands out
FIRST_UPDATE = 512_000_001
NEAR = 10  # an offset so far beyond the end still means the end


@dataclass(frozen=True)
class Person:
    """Somebody with Telegram; a private chat with them has their id."""

    id: int
    first_name: str
    last_name: str = ""
    language: str = "en"

    def shown(self) -> Thing:
        more = {"last_name": self.last_name} if self.last_name else {}
        named = {"id": self.id, "is_bot": False, "first_name": self.first_name} | more
        return named | ({"language_code": self.language} if self.language else {})


@dataclass
class Chat:
    """A chat that the bot knows; what it sent there is in `messages`, too."""

    id: int
    type: str = "private"
    title: str = ""
    first_name: str = ""
    shut: str = ""  # why nothing gets through: the words of a 403
    moved_to: int | None = None
    messages: dict[int, Thing] = field(default_factory=dict)

    def shown(self) -> Thing:
        name = {"first_name": self.first_name} if self.type == "private" else {"title": self.title}
        return {"id": self.id, "type": self.type} | name


@dataclass
class StoredFile:
    """A file that lies at Telegram; a link to it stops working while the file itself stays."""

    id: str
    path: str
    content: bytes
    size: int  # may be said larger than the content is, so that tests need no 20 MB
    is_there: bool = True
    has_link: bool = False

    def shown(self) -> Thing:
        return {"file_id": self.id, "file_unique_id": f"u{self.id}", "file_size": self.size}


class State:
    """Chats, files, updates that wait, and how they are to be handed over."""

    def __init__(self) -> None:
        self.clock: Callable[[], float] = lambda: 1_793_000_000
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.queue: list[Thing] = []  # updates that nobody confirmed
        self.presses: dict[str, bool] = {}  # callback query: answered?
        self.webhook: Thing = {}
        self.allowed: list[str] = []  # none: everything
        self.commands: list[Thing] = []
        self._update_id = FIRST_UPDATE - 1
        self._message_ids = itertools.count(101)
        self._file_ids = itertools.count(1)
        self._press_ids = itertools.count(4_382_000_000_000_001)
        self._group_ids = itertools.count(13_550_000_000_000_001)

    @property
    def now(self) -> int:
        return int(self.clock())

    def jump(self, to: int) -> None:
        """A week without updates: the next one has an id that follows from nothing."""
        self.queue.clear()  # nothing is kept for longer than a day
        self._update_id = to - 1

    def add_update(self, kind: str, said: Thing) -> Thing | None:
        if self.allowed and kind not in self.allowed:
            return None
        self._update_id += 1
        update = {"update_id": self._update_id, kind: said}
        self.queue.append(update)
        return update

    def chat_with(self, person: Person) -> Chat:
        fresh = Chat(person.id, first_name=person.first_name)
        return self.chats.setdefault(person.id, fresh)

    def add_group(self, chat_id: int, title: str) -> Chat:
        self.chats[chat_id] = Chat(
            chat_id, "group" if chat_id > -(10**12) else "supergroup", title
        )
        return self.chats[chat_id]

    def add_message(self, chat: Chat, sender: Thing, said: Thing) -> Thing:
        own = next(self._message_ids)
        base = {"message_id": own, "date": self.now, "chat": chat.shown(), "from": sender}
        chat.messages[own] = base | said
        return chat.messages[own]

    def add_file(self, content: bytes, folder: str, size: int | None = None) -> StoredFile:
        number = next(self._file_ids)
        own, path = f"AgACAgIAAxkBAAI{number:06}", f"{folder}/file_{number}"
        size = len(content) if size is None else size
        self.files[own] = StoredFile(own, path, content, size)
        return self.files[own]

    def file_at(self, path: str) -> StoredFile | None:
        found = [each for each in self.files.values() if each.path == path]
        return found[0] if found and found[0].is_there and found[0].has_link else None

    def add_press(self) -> str:
        own = str(next(self._press_ids))
        self.presses[own] = False
        return own

    def new_album(self) -> str:
        return str(next(self._group_ids))

    def confirm(self, offset: int | None) -> None:
        """Forget what came before the offset; a negative one keeps only the last so many.

        One from before a jump is far beyond the end: it says nothing, and nothing is forgotten.
        """
        if offset is not None and offset < 0:
            self.queue = self.queue[offset:]
        elif offset and offset <= self._update_id + 1 + NEAR:
            self.queue = [each for each in self.queue if each["update_id"] >= offset]

    def webhook_info(self) -> Thing:
        told = {"url": "", "has_custom_certificate": False} | self.webhook
        told["pending_update_count"] = len(self.queue)
        return told | ({"allowed_updates": self.allowed} if self.allowed else {})
