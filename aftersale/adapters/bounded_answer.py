"""Files that a messenger gives, read in pieces: never more than is wanted, nor for ever."""

import time

import urllib3

from aftersale.services.ports_channels import Gone, Unreachable

CHUNK = 65_536


def content_of(answer: urllib3.BaseHTTPResponse, *, most: int, deadline: float) -> bytes:
    """Return the answer's content; `deadline` is a reading of the monotonic clock.

    Raises:
        Gone: it has more than `most` bytes.
        Unreachable: it did not come in time.
    """
    content = bytearray()
    for chunk in answer.stream(CHUNK):
        content += chunk
        if len(content) > most:
            raise Gone("too_large")
        if time.monotonic() > deadline:
            raise Unreachable("too_slow")
    return bytes(content)
