"""The methods of the Telegram server for tests, but for getUpdates, which waits."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.contract.telegram_html import CannotParse, plain
from tests.contract.telegram_state import LARGEST_FILE, ME, Chat, Thing

if TYPE_CHECKING:
    from tests.contract.telegram_server import FakeTelegram

TEXT, CAPTION, DATA = 4096, 1024, 64  # characters, characters, bytes
ALBUM_PHOTO = {"width": 800, "height": 600}
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


class Refusal(Exception):
    """What Telegram answers instead of a result."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


def _bad(said: str) -> Refusal:
    return Refusal(400, f"Bad Request: {said}")


def _chat(fake: "FakeTelegram", asked: Thing) -> Chat:
    chat = fake.state.chats.get(asked.get("chat_id", 0))
    if chat is None:
        raise _bad("chat not found")
    if chat.moved_to is not None:
        said = "Bad Request: group chat was upgraded to a supergroup chat"
        raise Refusal(400, said, migrate_to_chat_id=chat.moved_to)
    if chat.shut:
        raise Refusal(403, f"Forbidden: {chat.shut}")
    return chat


def _words(asked: Thing, name: str, most: int) -> str:
    text = str(asked.get(name, ""))
    if asked.get("parse_mode") == "HTML":
        try:
            text = plain(text)
        except CannotParse as no:
            raise _bad(f"can't parse entities: {no}") from None
    if len(text) > most:
        raise _bad("message is too long" if name == "text" else "message caption is too long")
    return text.strip()


def _keyboard(asked: Thing) -> Thing:
    markup = asked.get("reply_markup")
    if not markup:
        return {}
    for button in [each for row in markup["inline_keyboard"] for each in row]:
        data = button.get("callback_data")
        if data is not None and not 1 <= len(data.encode()) <= DATA:
            raise _bad("BUTTON_DATA_INVALID")
    return {"reply_markup": markup}


def _send_message(fake: "FakeTelegram", asked: Thing) -> Thing:
    chat, text = _chat(fake, asked), _words(asked, "text", TEXT)
    if not text:
        raise _bad("message text is empty")
    return _sent(fake, chat, asked, {"text": text})


def _sent(fake: "FakeTelegram", chat: Chat, asked: Thing, said: Thing) -> Thing:
    quoted = asked.get("reply_parameters", {})
    is_free = not quoted or quoted.get("allow_sending_without_reply")
    if not is_free and quoted["message_id"] not in chat.messages:
        raise _bad("message to be replied not found")
    return fake.state.add_message(chat, bot(), said | _keyboard(asked))


def bot() -> Thing:
    """Return the bot as messages name it."""
    return {name: ME[name] for name in ("id", "is_bot", "first_name", "username")}


def _caption(asked: Thing) -> Thing:
    words = _words(asked, "caption", CAPTION)
    return {"caption": words} if words else {}


def _uploaded(asked: Thing, name: str) -> Thing:
    given = asked.get(name)
    if not isinstance(given, dict):
        raise _bad("wrong file identifier/HTTP URL specified")
    if not given["content"]:
        raise _bad("file must be non-empty")
    return given


def _send_photo(fake: "FakeTelegram", asked: Thing) -> Thing:
    chat, given = _chat(fake, asked), _uploaded(asked, "photo")
    if not given["content"].startswith((b"\xff\xd8\xff", b"\x89PNG")):
        raise _bad("IMAGE_PROCESS_FAILED")
    file = fake.state.add_file(given["content"], "photos")
    return _sent(fake, chat, asked, {"photo": [file.shown() | ALBUM_PHOTO]} | _caption(asked))


def _send_document(fake: "FakeTelegram", asked: Thing) -> Thing:
    chat, given = _chat(fake, asked), _uploaded(asked, "document")
    file = fake.state.add_file(given["content"], "documents")
    named = {"file_name": given["name"], "mime_type": given["type"]}
    return _sent(fake, chat, asked, {"document": file.shown() | named} | _caption(asked))


def _answer(fake: "FakeTelegram", asked: Thing) -> bool:
    if fake.state.presses.get(asked.get("callback_query_id", ""), True):
        raise Refusal(400, TOO_OLD)
    fake.state.presses[asked["callback_query_id"]] = True
    return True


def _act(fake: "FakeTelegram", asked: Thing) -> bool:
    chat = _chat(fake, asked)
    fake.signs.append((chat.id, asked["action"]))
    return True


def _edit_markup(fake: "FakeTelegram", asked: Thing) -> Thing:
    message = _chat(fake, asked).messages.get(asked.get("message_id", 0))
    if message is None:
        raise _bad("message to edit not found")
    markup = _keyboard(asked)
    if message.get("reply_markup") == markup.get("reply_markup"):
        raise _bad("message is not modified")
    message.pop("reply_markup", None)
    message |= markup
    return message


def _get_file(fake: "FakeTelegram", asked: Thing) -> Thing:
    file = fake.state.files.get(asked.get("file_id", ""))
    if file is None:
        raise _bad("invalid file_id")
    if not file.is_there:
        raise _bad("wrong file_id or the file is temporarily unavailable")
    if file.size > LARGEST_FILE:
        raise _bad("file is too big")
    file.has_link = True
    return file.shown() | {"file_path": file.path}


def _set_webhook(fake: "FakeTelegram", asked: Thing) -> bool:
    url, secret = asked.get("url", ""), asked.get("secret_token", "")
    if url and not url.startswith("https://"):
        raise _bad("bad webhook: An HTTPS URL must be provided for webhook")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise _bad("secret token contains unallowed characters")
    if asked.get("drop_pending_updates"):
        fake.state.queue.clear()
    fake.state.allowed = asked.get("allowed_updates", fake.state.allowed)
    fake.secret = secret
    fake.state.webhook = {"url": url, "max_connections": asked.get("max_connections", 40)}
    fake.end_polls("Conflict: terminated by setWebhook request")
    return True


def _delete_webhook(fake: "FakeTelegram", asked: Thing) -> bool:
    if asked.get("drop_pending_updates"):
        fake.state.queue.clear()
    fake.state.webhook = {}
    return True


def _set_commands(fake: "FakeTelegram", asked: Thing) -> bool:
    fake.state.commands = asked["commands"]
    return True


METHODS: dict[str, Callable[["FakeTelegram", Thing], Any]] = {
    "getMe": lambda fake, asked: ME,
    "setWebhook": _set_webhook,
    "deleteWebhook": _delete_webhook,
    "getWebhookInfo": lambda fake, asked: fake.state.webhook_info(),
    "sendMessage": _send_message,
    "sendPhoto": _send_photo,
    "sendDocument": _send_document,
    "answerCallbackQuery": _answer,
    "sendChatAction": _act,
    "editMessageReplyMarkup": _edit_markup,
    "getFile": _get_file,
    "setMyCommands": _set_commands,
}
