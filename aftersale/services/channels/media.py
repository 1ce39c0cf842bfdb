"""Brings files of a message here: at once, checked by hash and content, kept as evidence."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aftersale.domain.channels import Media
from aftersale.domain.conversations import Conversation
from aftersale.errors import UploadRefused, UploadTooLarge
from aftersale.services.ports_channels import (
    Busy,
    ChannelTrouble,
    Connector,
    Shut,
    Uncertain,
    Unreachable,
)
from aftersale.services.uploads import MESSAGE_LIMIT, SentFile, Uploads

ATTEMPTS = 5  # some minute; afterwards the words go on without the file
LOST, MORE = "utter_channel_file_lost", "utter_channel_file_more"
_PASSES = (Unreachable, Uncertain, Busy, Shut)


class NotYet(Exception):
    """A file cannot be had now: the message is tried again, after `seconds` at least."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is here, and the names of responses about what is not."""

    attachment_ids: tuple[str, ...]
    words: tuple[str, ...]


class Loading:
    """Slow: never inside a transaction."""

    def __init__(self, uploads: Uploads) -> None:
        self._uploads = uploads

    def load(
        self,
        connector: Connector,
        conversation: Conversation,
        media: Sequence[Media],
        now: datetime,
        *,
        failures: int,
    ) -> Loaded:
        """Fetch and keep the files of one message.

        Raises:
            NotYet: the messenger gives one of them later, and was not asked often enough.
            ConversationClosed: nothing is taken any more.
        """
        kept: list[str] = []
        words = [MORE] if len(media) > MESSAGE_LIMIT else []
        for each in media[:MESSAGE_LIMIT]:
            try:
                content = _fetched(connector, each)
                sent = self._uploads.take(conversation, SentFile(content), now)
                kept.append(sent.attachment_id)
            except UploadRefused as no:
                words.append(f"utter_channel_{no.code}")
            except ChannelTrouble as lost:
                if isinstance(lost, _PASSES) and failures < ATTEMPTS:
                    raise NotYet(getattr(lost, "seconds", 0.0)) from lost
                words.append(LOST)
        return Loaded(tuple(dict.fromkeys(kept)), tuple(dict.fromkeys(words)))


def _fetched(connector: Connector, media: Media) -> bytes:
    """Return the file, which is what its message said it is."""
    most = connector.capabilities.largest_in
    if media.size is not None and media.size > most:
        raise UploadTooLarge("The file is too large.")
    content = connector.fetch(media, most=most)
    if len(content) > most:
        raise UploadTooLarge("The file is too large.")
    if media.sha256 and hashlib.sha256(content).hexdigest() != media.sha256.lower():
        raise Unreachable("hash")
    return content
