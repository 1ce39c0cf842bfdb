"""What updates of Telegram say, in our words. Pure; everything in them is a stranger's word.

Events are named after what Telegram never uses again: a chat's message, a press. An update's own
number is their order; after a week of silence it begins anywhere, so it names nothing for ever.
"""

import json
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from aftersale.adapters.telegram_fields import Thing, count, number, text, thing, word
from aftersale.adapters.telegram_messages import Read, Said, nobody
from aftersale.domain.channels import Inbound, InboundKind
from aftersale.services.ports_channels import Parsed, Unreadable

logger = logging.getLogger(__name__)
KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
_OUT = frozenset({"kicked", "left"})


def parse(body: bytes, now: datetime) -> Parsed:
    """Return what one delivery of the webhook says: one update.

    Raises:
        Unreadable: it is none.
    """
    try:
        update = json.loads(body.decode("utf-8"))
    # RecursionError: a body of opening brackets. The cause would quote what a buyer wrote.
    except (ValueError, RecursionError):
        update = None
    if not isinstance(update, dict):
        raise Unreadable
    return Parsed(tuple(_inbound(update, now)))


def parse_polled(updates: object, now: datetime) -> tuple[Parsed, int | None]:
    """Return what a list of updates says, and the number of the last; None without one.

    One that cannot be read is passed over: it would come again and again, before all others.
    """
    found: list[Inbound] = []
    last: int | None = None
    for update in updates if isinstance(updates, list) else []:
        own = _own_number(update)
        last = own if own is not None else last
        try:
            found += _inbound(update, now)
        except Unreadable:
            logger.warning("an update of Telegram cannot be read", extra={"count": 1})
    return Parsed(tuple(found)), last


def _own_number(update: Any) -> int | None:
    return count(update.get("update_id")) if isinstance(update, dict) else None


def _inbound(update: Any, now: datetime) -> Iterator[Inbound]:
    own = _own_number(update)
    if own is None:
        raise Unreadable
    kind = next((each for each in KINDS if each in update), None)
    if kind is None:
        return iter(())  # one of the kinds that we do not ask for
    said = update[kind]
    if not isinstance(said, dict):
        raise Unreadable
    return iter(_READERS[kind](said, own, now))


def _message(said: Thing, own: int, now: datetime) -> list[Inbound]:
    return _read(said, own, now).inbound()


def _edited(said: Thing, own: int, now: datetime) -> list[Inbound]:
    return _read(said, own, now).edited()


def _read(said: Thing, own: int, now: datetime) -> Read:
    chat, message = number(thing(said.get("chat")).get("id")), count(said.get("message_id"))
    if chat is None or message is None:
        raise Unreadable
    basis = Said.of(said, chat=chat, order=own, now=now)
    return Read(said, f"{chat}:{message}", basis, now)


def _pressed(said: Thing, own: int, now: datetime) -> list[Inbound]:
    press, person = word(said.get("id")), number(thing(said.get("from")).get("id"))
    if press is None or person is None:
        raise Unreadable
    below = thing(said.get("message"))
    # Telegram need not say below what it was pressed: then it was in the person's own chat.
    shown = below if number(thing(below.get("chat")).get("id")) is not None else nobody(person)
    chat = number(thing(shown["chat"])["id"])
    basis = Said.of(
        {"chat": shown["chat"], "from": said["from"]}, chat=chat or 0, order=own, now=now
    )
    message = count(below.get("message_id"))
    return [
        basis.made(
            f"press:{press}",
            InboundKind.PRESSED,
            payload=text(said.get("data")) or None,
            about=f"{chat}:{message}" if message is not None else None,
        )
    ]


def _member(said: Thing, own: int, now: datetime) -> list[Inbound]:
    chat = number(thing(said.get("chat")).get("id"))
    if chat is None:
        raise Unreadable
    basis = Said.of(said, chat=chat, order=own, now=now)
    old, new = (
        text(thing(said.get(each)).get("status"))
        for each in ("old_chat_member", "new_chat_member")
    )
    named = f"member:{chat}:{own}:{int(basis.at.timestamp())}"
    if new in _OUT:
        return [basis.made(named, InboundKind.LEFT)]
    if old in _OUT and basis.is_private:
        # No start: whoever comes back by pressing it says so in a message, too.
        return [basis.made(named, InboundKind.RETURNED)]
    return []


_READERS = dict(zip(KINDS, (_message, _edited, _pressed, _member), strict=True))


def press_of(inbound: Inbound) -> str | None:
    """Return Telegram's id of a press, by which it is answered."""
    kind, _, own = inbound.event_id.partition(":")
    return own if kind == "press" else None
