"""People at Telegram: what they write, send, press, change and block, told as updates."""

from typing import Any

from tests.contract.telegram_methods import bot
from tests.contract.telegram_server import FakeTelegram
from tests.contract.telegram_state import Chat, Person, Thing

SIZES = ((90, 67), (320, 240), (1280, 960))
UNUSABLE: dict[str, Thing] = {
    "location": {"latitude": 52.5, "longitude": 13.4},
    "contact": {"phone_number": "4915100000000", "first_name": "Bob"},
    "poll": {"id": "1", "question": "Well?", "options": []},
    "dice": {"emoji": "🎲", "value": 4},
}


class Buyer:
    """One person in one chat with the bot: their private one, if no other is named."""

    def __init__(self, fake: FakeTelegram, person: Person, chat: Chat | None = None) -> None:
        self.fake, self.person = fake, person
        self.chat = chat or fake.state.chat_with(person)

    def _tell(self, said: Thing) -> Thing:
        message = self.fake.state.add_message(self.chat, self.person.shown(), said)
        self.fake.tell("message", message)
        return message

    def says(self, text: str, **more: Any) -> Thing:
        return self._tell({"text": text} | more)

    def starts(self, token: str = "") -> Thing:
        return self.says(f"/start {token}".strip())

    def photo(self, content: bytes, caption: str = "", album: str = "") -> Thing:
        """Send a photo; Telegram keeps it in several sizes, the largest as it was sent."""
        add = self.fake.state.add_file
        last = len(SIZES) - 1
        files = [add(content if n == last else content[:40], "photos") for n in range(len(SIZES))]
        sizes = zip(files, SIZES, strict=True)
        shown = [file.shown() | {"width": w, "height": h} for file, (w, h) in sizes]
        return self._tell({"photo": shown} | self._more(caption, album))

    def album(self, *contents: bytes, caption: str = "") -> list[Thing]:
        """Send photos together: several messages with one group, words below the first."""
        group = self.fake.state.new_album()
        words = [caption, *("" for _ in contents[1:])]
        pairs = zip(contents, words, strict=True)
        return [self.photo(content, said, group) for content, said in pairs]

    def document(
        self, content: bytes, name: str, kind: str, *, caption: str = "", size: int | None = None
    ) -> Thing:
        file = self.fake.state.add_file(content, "documents", size)
        told = file.shown() | {"file_name": name, "mime_type": kind}
        return self._tell({"document": told} | self._more(caption, ""))

    def sends(self, what: str, **more: Any) -> Thing:
        """Send a voice message, a sticker, a place or another thing of that name."""
        shown = UNUSABLE.get(what) or self.fake.state.add_file(b"...", what).shown()
        return self._tell({what: shown} | more)

    @staticmethod
    def _more(caption: str, album: str) -> Thing:
        named = {"caption": caption} if caption else {}
        return named | ({"media_group_id": album} if album else {})

    def edits(self, message: Thing, text: str) -> Thing:
        message |= {"text": text, "edit_date": self.fake.state.now + 5}
        self.fake.tell("edited_message", message)
        return message

    def presses(self, data: str, *, below: Thing | None = None) -> str:
        """Press a button by its data; without a message it lies below one that is too old."""
        press = self.fake.state.add_press()
        old = {"chat": self.chat.shown(), "message_id": 1, "date": 0}
        said = {"id": press, "from": self.person.shown(), "chat_instance": "-77", "data": data}
        self.fake.tell("callback_query", said | {"message": below or old})
        return press

    def presses_title(self, title: str) -> str:
        """Press the button of that title below the last message that has one."""
        for message in reversed(list(self.chat.messages.values())):
            rows = message.get("reply_markup", {}).get("inline_keyboard", [])
            found = [each for row in rows for each in row if each["text"] == title]
            if found:
                return self.presses(found[0]["callback_data"], below=message)
        raise AssertionError(f"no button {title}")

    def blocks(self) -> None:
        self.chat.shut = "bot was blocked by the user"
        self._member("member", "kicked")

    def unblocks(self) -> None:
        self.chat.shut = ""
        self._member("kicked", "member")

    def _member(self, old: str, new: str) -> None:
        def state(status: str) -> Thing:
            until = {"until_date": 0} if status == "kicked" else {}
            return {"status": status, "user": bot()} | until

        chat, person = self.chat.shown(), self.person.shown()
        changed = {"old_chat_member": state(old), "new_chat_member": state(new)}
        base = {"chat": chat, "from": person, "date": self.fake.state.now}
        self.fake.tell("my_chat_member", base | changed)

    def upgrades(self, to: int) -> Chat:
        """Make the group a supergroup: it has another address from now on."""
        self.chat.moved_to = to
        new = self.fake.state.add_group(to, self.chat.title)
        self._tell({"migrate_to_chat_id": to})
        self.chat = new
        return new
