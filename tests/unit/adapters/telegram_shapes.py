"""Updates as Telegram tells them, each checked against the contract."""

import json
from datetime import UTC, datetime

from tests.contract.telegram_schema import problems

NOW = datetime(2026, 11, 4, 15, 0, tzinfo=UTC)
SENT = int(NOW.timestamp()) - 60
ANN = {"id": 501, "is_bot": False, "first_name": "Ann", "last_name": "Lee", "language_code": "de"}
CHAT = {"id": 501, "type": "private", "first_name": "Ann"}
GROUP = {"id": -900, "type": "group", "title": "Friends"}
BOT = {"id": 7, "is_bot": True, "first_name": "Shop", "username": "shop_bot"}
FILE = {"file_id": "AgAC1", "file_unique_id": "u1", "file_size": 900}


def size(width, own, file_size=None):
    told = {"file_id": own, "file_unique_id": "u", "width": width, "height": width}
    return told if file_size is None else told | {"file_size": file_size}


def message(**more):
    return {"message_id": 9, "date": SENT, "chat": CHAT, "from": ANN} | more


def press(**more):
    base = {"id": "4382", "from": ANN, "chat_instance": "-7", "data": "button-1"}
    return base | {"message": message(**{"from": BOT}, text="Well?")} | more


def member(old, new, **more):
    states = {
        f"{when}_chat_member": {"status": status, "user": BOT}
        for when, status in (("old", old), ("new", new))
    }
    return {"chat": CHAT, "from": ANN, "date": SENT} | states | more


def update(said, kind="message", own=70):
    made = {"update_id": own, kind: said}
    assert not problems("updates", kind, made)
    return made


def body(said):
    return json.dumps(said).encode()


SHAPES = [
    update(message(text="Hello", reply_to_message=message(text="x"), entities=[{"type": "url"}])),
    update(message(photo=[size(90, "s", 9), size(800, "l", 99)], caption="x", media_group_id="1")),
    update(message(document=FILE | {"file_name": "a.pdf", "mime_type": "application/pdf"})),
    update(message(voice=FILE, caption="x")),
    update(message(chat=GROUP, migrate_to_chat_id=-5)),
    update(message(text="x", edit_date=SENT), "edited_message"),
    update(press(), "callback_query"),
    update(member("kicked", "member"), "my_chat_member"),
]
