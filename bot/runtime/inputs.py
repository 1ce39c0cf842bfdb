"""Read request bodies of the engine protocol. Pure: anything odd raises `InputRefused`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

TEXT_LIMIT = 2000
VALUE_LIMIT = 200
EVENTS_LIMIT = 100

_CONVERSATION = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}\Z")
_KEPT_CONTROLS = "\t\n"
# Intents of Rasa itself: they restart, rewind or fake a conversation.
_RESERVED = frozenset({"restart", "back", "session_start", "nlu_fallback"})
# What the app may write into a conversation. Nothing here runs an action.
_APPENDABLE = frozenset({"slot", "action", "bot", "pause", "resume", "active_loop"})

Value = str | int | float | bool
Body = dict[str, Any]


class InputRefused(Exception):
    """The body does not follow the protocol. `status` is the HTTP answer."""

    def __init__(self, detail: str, status: int = 400) -> None:
        super().__init__(detail)
        self.detail = detail
        self.status = status


@dataclass(frozen=True)
class Incoming:
    """One turn of a buyer: text as typed, or an intent that the app vouches for."""

    sender_id: str
    text: str = ""
    intent: str | None = None
    entities: dict[str, Value] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)


def read_message(body: Any) -> Incoming:
    """Read the body of `message`."""
    fields = _mapping(body)
    metadata = {"turn_id": _short(fields, "turn_id"), "fence": _count(fields, "fence")}
    if ("text" in fields) == ("intent" in fields):
        raise InputRefused("Give either text or intent.")
    if "intent" in fields:
        return Incoming(_sender(fields), "", _intent(fields), _entities(fields), metadata)
    return Incoming(_sender(fields), _text(fields["text"]), metadata=metadata)


def read_trigger(body: Any) -> Incoming:
    """Read the body of `trigger`: news for a conversation, not said by the buyer."""
    fields = _mapping(body)
    turn = _short(fields, "turn_id") if "turn_id" in fields else ""
    metadata = {"turn_id": turn, "fence": _count(fields, "fence"), "is_external": True}
    return Incoming(_sender(fields), "", _intent(fields), _entities(fields), metadata)


def read_append(body: Any) -> tuple[str, list[Body]]:
    """Read the body of `append`: whose conversation, and the events.

    A `resume` must be followed by `action_listen`: without it the next message would run the
    action again that handed the conversation over.
    """
    fields = _mapping(body)
    events = fields.get("events")
    if not isinstance(events, list) or not 0 < len(events) <= EVENTS_LIMIT:
        raise InputRefused("events must be a list that is neither empty nor long.")
    for event in events:
        if not isinstance(event, dict) or event.get("event") not in _APPENDABLE:
            raise InputRefused(f"An event must be one of {', '.join(sorted(_APPENDABLE))}.")
        if event["event"] == "action" and event.get("name") != "action_listen":
            raise InputRefused("The only action that may be appended is action_listen.")
    kinds = [event["event"] for event in events]
    if "resume" in kinds and "action" not in kinds[kinds.index("resume") :]:
        raise InputRefused("A resume needs an action_listen after it.")
    return _sender(fields), events


def read_state(body: Any) -> str:
    """Read the body of `state`: whose conversation."""
    return _sender(_mapping(body))


def read_erase(body: Any) -> str:
    """Read the body of `erase`: the conversation, with all its epochs."""
    return _conversation(_mapping(body))


def neutralise(text: str) -> str:
    """Return `text` as plain words: no controls, no look-alikes, no leading `/`.

    Rasa takes a text that begins with `/` for a command which sets intents and slots.
    """
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(letter for letter in composed if _may_stay(letter)).strip()
    while kept.startswith("/"):
        kept = kept[1:].strip()
    return kept


def _may_stay(letter: str) -> bool:
    # Cc controls, Cf invisible and bidirectional marks, Cs lone surrogates, Co private use
    return letter in _KEPT_CONTROLS or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co")


def _mapping(body: Any) -> Body:
    if not isinstance(body, dict):
        raise InputRefused("The body must be a JSON object.")
    return body


def _conversation(fields: Body) -> str:
    given = fields.get("conversation_id")
    if not isinstance(given, str) or not _CONVERSATION.match(given):
        raise InputRefused("conversation_id must be 1 to 64 letters, digits, _ or -.")
    return given


def _sender(fields: Body) -> str:
    conversation, epoch = _conversation(fields), _count(fields, "epoch")
    return f"{conversation}.{epoch}" if epoch else conversation


def _count(fields: Body, name: str) -> int:
    given = fields.get(name, 0)
    if type(given) is not int or given < 0:
        raise InputRefused(f"{name} must be a whole number.")
    return given


def _short(fields: Body, name: str) -> str:
    given = fields.get(name)
    if not isinstance(given, str) or not 0 < len(given) <= VALUE_LIMIT:
        raise InputRefused(f"{name} must be a short text.")
    return given


def _text(given: Any) -> str:
    if not isinstance(given, str) or not given.strip():
        raise InputRefused("text must be a text.")
    if len(given) > TEXT_LIMIT:
        raise InputRefused(f"text must be at most {TEXT_LIMIT} characters.", 413)
    return neutralise(given)


def _intent(fields: Body) -> str:
    given = fields.get("intent")
    if not isinstance(given, str) or not _NAME.match(given) or given in _RESERVED:
        raise InputRefused("intent must be the name of one of the assistant's intents.")
    return given


def _entities(fields: Body) -> dict[str, Value]:
    given = fields.get("entities") or {}
    if not isinstance(given, dict) or len(given) > 20:
        raise InputRefused("entities must be a JSON object.")
    for name, value in given.items():
        if not _NAME.match(name) or not isinstance(value, (str, int, float, bool)):
            raise InputRefused("Each entity must be a name with a text, number or truth value.")
        if isinstance(value, str) and len(value) > VALUE_LIMIT:
            raise InputRefused("An entity's value is too long.", 413)
    return dict(given)
