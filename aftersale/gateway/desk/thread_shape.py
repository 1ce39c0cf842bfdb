"""The chat of a messenger that a conversation is held in, as the desk's pages get it. Pure."""

from aftersale.gateway.desk.chat_shapes import Json, instant_or_none
from aftersale.gateway.desk.context_shape import masked_email
from aftersale.services.desk.reach import Reach


def thread_json(reach: Reach | None, *, asks: bool) -> Json | None:
    """Return what an agent must know before they write there; None in our own chat.

    `asks`: whether the buyer is asked to write when the messenger takes nothing.
    """
    if reach is None:
        return None
    can, thread = reach.capabilities, reach.thread
    return {
        "channel": can.channel.value,
        "account": thread.account if thread else None,
        "topic": (thread.topic if thread else "") or None,
        "reachable": reach.is_reachable,
        "window_until": instant_or_none(reach.window_until),
        "level": reach.level.value if reach.level else None,
        "mail_to": masked_email(reach.mail_to) if reach.mail_to else None,
        "asks": asks,
        "asked_at": instant_or_none(reach.asked_at),
        "takes": {
            "text": can.longest_text,
            "files": can.sends_files,
            "photo_bytes": can.largest_photo,
            "file_bytes": can.largest_file,
        },
    }
