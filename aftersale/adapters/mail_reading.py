"""From raw mail to what it is: a reply, a bounce, an automatic answer, or nothing we know."""

import hashlib
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.headerregistry import BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses
from itertools import islice

from aftersale.adapters.mail_message import BOUNCE, REPLY
from aftersale.adapters.mail_text import own_words
from aftersale.services.ports_mail import InMail, MailKind

LARGEST_READ = 200_000  # bytes of a mail that are looked at: words come before photos
MOST_HEADERS = 50  # of one name
LONGEST_HEADER = 1500  # characters of one header: the standard parser takes very long over more
_TAG = re.compile(rf"[^@\s]+\+(?P<kind>[{REPLY}{BOUNCE}])\.(?P<token>[a-z0-9]{{8,64}})@\S+", re.I)
_TO_US = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
_ID = re.compile(r"<([^<>@\s]{1,128})@[^<>@\s]+>")
_ROBOTS = re.compile(r"(?i)^(?:mailer-daemon|postmaster|no-?reply|bounces?)\b")
_BULK = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})


class _ShortHeaders(HeaderRegistry):
    """Understands as much of a header as an honest one has: anybody may send us mail."""

    def __call__(self, name: str, value: str) -> BaseHeader:
        """Return the header, parsed."""
        header: BaseHeader = super().__call__(name, value[:LONGEST_HEADER])
        return header


_POLICY = default.clone(header_factory=_ShortHeaders())


def read_mail(content: bytes) -> InMail:
    """Read a message. Never raises: what cannot be read is UNKNOWN."""
    key = hashlib.sha256(content).hexdigest()
    try:
        return _read(opened(content), key)
    except (MessageError, LookupError, ValueError, AttributeError, TypeError, RecursionError):
        return InMail(MailKind.UNKNOWN, key)  # the standard parser trips over some broken mail


def opened(content: bytes) -> EmailMessage:
    """Return the beginning of a message, parsed: its headers and its words."""
    return message_from_bytes(content[:LARGEST_READ], policy=_POLICY)


def _read(message: EmailMessage, content_key: str) -> InMail:
    key = _key(message, content_key)
    kind, token = addressed(message)
    if is_report(message):
        failed = kind == BOUNCE and has_failed(message)
        return InMail(MailKind.BOUNCE if failed else MailKind.AUTOMATIC, key, token)
    if is_automatic(message):
        return InMail(MailKind.AUTOMATIC, key, token)
    answers = tuple(dict.fromkeys(_answered(message)))
    text = own_words(message)
    if not text or not (kind == REPLY or answers):
        return InMail(MailKind.UNKNOWN, key)
    return InMail(MailKind.REPLY, key, token if kind == REPLY else None, answers, text)


def _key(message: EmailMessage, content_key: str) -> str:
    """Return what makes the message itself: its id, or its content where it has none."""
    own = str(message.get("Message-ID", "")).strip()
    return hashlib.sha256(own.encode()).hexdigest() if own else content_key


def addressed(message: EmailMessage) -> tuple[str | None, str | None]:
    """Return what our address of letters carried: the kind, and the letter's token."""
    for address in written_to(message):
        if found := _TAG.fullmatch(address):
            return found["kind"].lower(), found["token"].lower()
    return None, None


def written_to(message: EmailMessage) -> list[str]:
    """Return the addresses it was written to or delivered to."""
    written = [value for name in _TO_US for value in values_of(message, name)]
    return [address for _, address in getaddresses(written)]


def values_of(message: EmailMessage, name: str) -> list[str]:
    """Return the first headers of a name as they stand: parsing thousands takes very long."""
    low = name.lower()
    found = (str(value) for each, value in message.raw_items() if each.lower() == low)
    return [value[:LONGEST_HEADER] for value in islice(found, MOST_HEADERS)]


def is_report(message: EmailMessage) -> bool:
    """Whether a mail server speaks about another mail."""
    return message.get_content_type() == "multipart/report"


def has_failed(message: EmailMessage) -> bool:
    """Whether delivery failed for good; a delay is no bounce."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            said = [str(each.get("Action", "")) for each in blocks if not isinstance(each, str)]
            return any(action.strip().lower() == "failed" for action in said)
    return False


def is_automatic(message: EmailMessage) -> bool:
    """Whether no person wrote it just now: out of office, lists, robots."""
    submitted = str(message.get("Auto-Submitted", "no")).strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    own = any(message.get(name) for name in ("X-Autoreply", "X-Autorespond", "List-Id"))
    writers = [address for _, address in getaddresses([str(message.get("From", ""))])]
    robot = any(_ROBOTS.match(address) for address in writers)
    silent = str(message.get("Return-Path", "")).strip() == "<>"
    return not submitted.startswith("no") or precedence in _BULK or own or robot or silent


def _answered(message: EmailMessage) -> Iterator[str]:
    for name in ("In-Reply-To", "References"):
        yield from _ID.findall(str(message.get(name, "")))
