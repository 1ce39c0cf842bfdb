"""Fetches files that came in by WhatsApp: asked for, checked, downloaded, checked again."""

import hashlib
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from aftersale.adapters.whatsapp_fields import media_type, sha256
from aftersale.adapters.whatsapp_http import GraphHttp
from aftersale.adapters.whatsapp_messages import FILES
from aftersale.domain.channels import Media
from aftersale.errors import UploadTooLarge, UploadUnreadable
from aftersale.services.ports_channels import Busy, Gone, Refused

HOUR, PAUSE = 3600.0, 1800.0  # seconds
ERRORS_LIMIT = 15  # in an hour; with 20 the provider gives nothing out for half an hour
OVER = frozenset({"100", "404", "131052"})  # how it says that there is no such file
TRIES = 2  # an address lasts five minutes: the second try has a new one


class MediaFetch:
    """The files of one number. One object serves all threads."""

    def __init__(self, http: GraphHttp, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._http, self._clock = http, clock
        self._errors: deque[float] = deque(maxlen=ERRORS_LIMIT)
        self._lock = threading.Lock()

    def fetch(self, media: Media, *, most: int) -> bytes:
        """Return the file's content; its hash and type are those that were said of it.

        Raises:
            Gone: it is over at the provider.
            UploadRefused: it is no photo or PDF, or larger than `most`.
            Refused: it is not what was said.
            Busy: too many failed lately.
            Unreachable, Uncertain, Shut: as for a send.
        """
        for _ in range(TRIES):
            self._hold_back()
            said = self._said(media)
            _fits(said, media, most)
            try:
                content = self._http.file(str(said.get("url")), most=most)
            except Gone as gone:
                self._count()
                last = gone
            else:
                return _as_said(content, said, media)
        raise last

    def _said(self, media: Media) -> Mapping[str, Any]:
        try:
            return self._http.get(f"/{quote(media.media_id, safe='')}")
        except Refused as no:
            self._count()
            if no.code in OVER:
                raise Gone(no.code) from no
            raise

    def _hold_back(self) -> None:
        with self._lock:
            first = self._errors[0] if len(self._errors) == ERRORS_LIMIT else None
        if first is not None and self._clock() - first < HOUR:
            raise Busy("file-errors", PAUSE)

    def _count(self) -> None:
        with self._lock:
            self._errors.append(self._clock())


def _fits(said: Mapping[str, Any], media: Media, most: int) -> None:
    size, kind = said.get("file_size"), media_type(said.get("mime_type"))
    if kind not in FILES:
        raise UploadUnreadable("This is neither a photo nor a PDF.")
    if media.media_type and kind != media.media_type:
        raise Refused("file-type")
    if isinstance(size, int) and size > most:
        raise UploadTooLarge("The file is too large.")


def _as_said(content: bytes, said: Mapping[str, Any], media: Media) -> bytes:
    hashed = hashlib.sha256(content).hexdigest()
    if sha256(said.get("sha256")) != hashed or media.sha256 not in (None, hashed):
        raise Refused("file-hash")
    return content
