"""The files of a mail: photos and PDFs by what they are, not by what they say. Pure, linear.

Logos of signatures do not count; what cannot be used is only counted, to be explained in words.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email._policybase import Compat32
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from itertools import islice

LOGO = 25_000  # bytes; a smaller picture that the text shows is decoration
MOST_FILES = 20
MOST_PARTS = 200
MOST_BOUNDARIES = 40  # each line of a mail is compared with every one that is open
MOST_LINES = 400_000
LONGEST_HEADER = 1500
LONGEST_NAME = 120
_KINDS = (
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.S), "image/webp"),
    (re.compile(rb"%PDF-"), "application/pdf"),
)
_NO_FILES = re.compile(  # what mail programs add by themselves
    r"(?:multipart|message)/|text/(?:x-)?vcard|text/directory|text/rfc822-headers|"
    r"application/(?:x-)?(?:pkcs7-signature|pgp-signature|pgp-keys|pgp-encrypted)"
)
_ADDED = re.compile(r"(?i)ATT\d+\.(?:txt|html?|bin)")
_BROKEN = (MessageError, LookupError, ValueError, AttributeError, TypeError, RecursionError)


@dataclass(frozen=True, slots=True)
class MailFile:
    """A photo or PDF of a mail. `place` finds it again in the same mail."""

    place: int
    media_type: str
    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The hash of its content, in hex."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class MailFiles:
    """What a mail brought: what can be kept, and how many others."""

    kept: tuple[MailFile, ...] = ()
    unusable: int = 0


class _Plain(Compat32):
    """Headers as they stand, and no more of one than an honest one has."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_HEADER]


def files_of(content: bytes) -> MailFiles:
    """Return the files of a mail; none where it is too odd to be searched."""
    kept: list[MailFile] = []
    others = 0
    with suppress(*_BROKEN):  # the standard parser trips over some broken mail
        for place, part in _parts(content):
            found = _file(place, part)
            if isinstance(found, MailFile) and len(kept) < MOST_FILES:
                kept.append(found)
            elif found is not None:
                others += 1
    return MailFiles(tuple(kept), others)


def file_at(content: bytes, place: int) -> bytes | None:
    """Return a file of a mail once more."""
    return next((each.content for each in files_of(content).kept if each.place == place), None)


def _parts(content: bytes) -> Iterator[tuple[int, Message]]:
    is_odd = content.count(b"\n") > MOST_LINES or (
        len(re.findall(rb"(?i)boundary", content)) > MOST_BOUNDARIES
    )
    if not is_odd:
        message: Message = message_from_bytes(content, policy=_Plain())
        yield from enumerate(islice(message.walk(), MOST_PARTS))


def _file(place: int, part: Message) -> MailFile | str | None:
    """Return a part as a file, the type of one that cannot be used, or None: it is none."""
    declared = part.get_content_type()
    name = _name(part)
    if _NO_FILES.match(declared) or _ADDED.fullmatch(name):
        return None
    if declared.startswith("text/") and not name and declared != "text/calendar":
        return None
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes) or not content:
        return None
    kind = next((kind for head, kind in _KINDS if head.match(content)), None)
    if kind and _is_decoration(part, content):
        return None
    return MailFile(place, kind, name, content) if kind else declared


def _is_decoration(part: Message, content: bytes) -> bool:
    is_shown = bool(part.get("Content-ID")) and part.get_content_disposition() != "attachment"
    return is_shown and len(content) <= LOGO


def _name(part: Message) -> str:
    said = part.get_filename() or ""
    with suppress(MessageError, LookupError, ValueError):  # else it is shown as it stands
        said = str(make_header(decode_header(said)))
    return "".join(sign for sign in said if sign.isprintable()).strip()[:LONGEST_NAME]
