"""What came in from a messenger, as it is kept until it is worked off: masked, without tokens."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aftersale.domain.channels import InboundKind, Media, Unusable


@dataclass(frozen=True, slots=True)
class Kept:
    """An event as it waits. `payload` of a start is the hash of our token, never the token."""

    kind: InboundKind
    text: str = ""
    payload: str | None = None
    media: tuple[Media, ...] = ()
    what: Unusable | None = None
    is_private: bool = True
    album: str | None = None
    about: str | None = None
    notices: tuple[str, ...] = ()  # what was hidden or left out, in names of responses


def as_body(kept: Kept) -> dict[str, Any]:
    """Return it as JSON; what says nothing is left out."""
    media = [[x.media_id, x.media_type, x.name, x.size, x.sha256] for x in kept.media]
    body = {
        "text": kept.text,
        "payload": kept.payload,
        "media": media,
        "what": kept.what.value if kept.what else None,
        "group": not kept.is_private,
        "album": kept.album,
        "about": kept.about,
        "notices": list(kept.notices),
    }
    return {"kind": kept.kind.value} | {name: value for name, value in body.items() if value}


def as_kept(body: Mapping[str, Any]) -> Kept:
    """Return what was kept as the event it was."""
    return Kept(
        kind=InboundKind(body["kind"]),
        text=body.get("text", ""),
        payload=body.get("payload"),
        media=tuple(Media(*each) for each in body.get("media", ())),
        what=Unusable(body["what"]) if "what" in body else None,
        is_private=not body.get("group", False),
        album=body.get("album"),
        about=body.get("about"),
        notices=tuple(body.get("notices", ())),
    )
