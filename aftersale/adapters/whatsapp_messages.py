"""What one message of a WhatsApp webhook is for us. Pure, and total: nothing is unreadable.

A kind that we do not know, or one that is broken, is something we cannot use, and says so.
"""

from collections.abc import Callable
from typing import Any

from aftersale.adapters.whatsapp_fields import Thing, ident, media, text, thing
from aftersale.domain.channels import InboundKind, Unusable

FILES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf"})
Fields = dict[str, Any]


def fields_of(message: Thing) -> Fields:
    """Return what a message says, as fields of an `Inbound`."""
    kind = message.get("type")
    read = _READERS.get(kind) if isinstance(kind, str) else None
    if read is None or message.get("errors"):
        return _unusable(Unusable.OTHER)
    content = thing(message.get(kind)) if isinstance(kind, str) else {}
    return {"about": ident(thing(message.get("context")).get("id"))} | read(content)


def _unusable(what: Unusable, said: str = "") -> Fields:
    return {"kind": InboundKind.UNSUPPORTED, "what": what, "text": said}


def _words(content: Thing) -> Fields:
    said = text(content.get("body"))
    if not said.strip():
        return _unusable(Unusable.EMPTY)
    return {"kind": InboundKind.MESSAGE, "text": said}


def _file(content: Thing) -> Fields:
    file, caption = media(content), text(content.get("caption"))
    if file is None:
        return _unusable(Unusable.OTHER, caption)
    if file.media_type and file.media_type not in FILES:
        return _unusable(Unusable.FILE, caption)
    return {"kind": InboundKind.MESSAGE, "text": caption, "media": (file,)}


def _not_used(what: Unusable) -> Callable[[Thing], Fields]:
    return lambda content: _unusable(what, text(content.get("caption")))


def _pressed(content: Thing) -> Fields:
    kind = content.get("type")
    is_ours = kind in ("button_reply", "list_reply")
    reply = thing(content.get(kind)) if is_ours and isinstance(kind, str) else {}
    chosen = ident(reply.get("id"))
    if chosen is None:
        return _unusable(Unusable.OTHER)
    return {
        "kind": InboundKind.PRESSED,
        "payload": chosen,
        "text": text(reply.get("title")),
    }


def _template_button(content: Thing) -> Fields:
    return _words({"body": content.get("text")})


def _reaction(content: Thing) -> Fields:
    return {
        "kind": InboundKind.REACTION,
        "text": text(content.get("emoji"))[:40],
        "about": ident(content.get("message_id")),
    }


def _edited(content: Thing) -> Fields:
    new = thing(content.get("message"))
    kind = new.get("type")
    inner = thing(new.get(kind)) if isinstance(kind, str) else {}
    said = text(inner.get("body")) or text(inner.get("caption"))
    about = ident(content.get("original_message_id"))
    return {"kind": InboundKind.EDITED, "text": said, "about": about}


def _revoked(content: Thing) -> Fields:
    about = ident(content.get("original_message_id"))
    return {"kind": InboundKind.REVOKED, "about": about}


def _started(content: Thing) -> Fields:  # noqa: ARG001 -- one shape for all readers
    return {"kind": InboundKind.START}


def _moved(content: Thing) -> Fields:
    address = ident(content.get("user_id")) or ident(content.get("wa_id"))
    known = content.get("type") in ("user_changed_number", "user_changed_user_id")
    if address is None or not known:
        return _unusable(Unusable.OTHER)
    return {"kind": InboundKind.MOVED, "payload": address}


_READERS: dict[str, Callable[[Thing], Fields]] = {
    "text": _words,
    "image": _file,
    "document": _file,
    "audio": _not_used(Unusable.VOICE),
    "video": _not_used(Unusable.VIDEO),
    "sticker": _not_used(Unusable.STICKER),
    "location": _not_used(Unusable.LOCATION),
    "contacts": _not_used(Unusable.CONTACTS),
    "interactive": _pressed,
    "button": _template_button,
    "reaction": _reaction,
    "edit": _edited,
    "revoke": _revoked,
    "request_welcome": _started,
    "system": _moved,
}
