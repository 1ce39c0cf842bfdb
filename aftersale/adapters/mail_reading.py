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
from html import unescape

from mailparser_reply import EmailReplyParser

from aftersale.adapters.mail_message import BOUNCE, REPLY
from aftersale.services.ports_mail import InMail, MailKind

LONGEST_TEXT = 4000  # characters of a reply that are kept
LONGEST_READ = 8000  # characters that are searched for it; quotes come after one's own words
LONGEST_HTML = 200_000
LARGEST_READ = 200_000  # bytes of a mail that are looked at: words come before photos
LONGEST_HEADER = 1500  # characters of one header: the standard parser takes very long over more
WIDEST = 400  # characters of a line that is searched in one piece
_TAG = re.compile(rf"[^@\s]+\+(?P<kind>[{REPLY}{BOUNCE}])\.(?P<token>[a-z0-9]{{8,64}})@\S+", re.I)
_TO_US = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
_TAGS = re.compile(r"(<[^<>]*>)")
_NAME = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
_UNSEEN = frozenset({"style", "script", "head"})
_BLOCKS = frozenset({"p", "div", "br", "li", "tr", "blockquote"})
_WRAP = "\0\n"
_ID = re.compile(r"<([^<>@\s]{1,128})@[^<>@\s]+>")
_ROBOTS = re.compile(r"(?i)^(?:mailer-daemon|postmaster|no-?reply|bounces?)\b")
_BULK = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
_LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pl", "pt"]


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
        return _read(message_from_bytes(content[:LARGEST_READ], policy=_POLICY), key)
    except (MessageError, LookupError, ValueError, AttributeError, TypeError, RecursionError):
        return InMail(MailKind.UNKNOWN, key)  # the standard parser trips over some broken mail


def _read(message: EmailMessage, content_key: str) -> InMail:
    key = _key(message, content_key)
    kind, token = _addressed(message)
    if _is_bounce(message):
        failed = kind == BOUNCE and _has_failed(message)
        return InMail(MailKind.BOUNCE if failed else MailKind.AUTOMATIC, key, token)
    if _is_automatic(message):
        return InMail(MailKind.AUTOMATIC, key, token)
    answers = tuple(dict.fromkeys(_answered(message)))
    text = _own_words(message)
    if not text or not (kind == REPLY or answers):
        return InMail(MailKind.UNKNOWN, key)
    return InMail(MailKind.REPLY, key, token if kind == REPLY else None, answers, text)


def _key(message: EmailMessage, content_key: str) -> str:
    """Return what makes the message itself: its id, or its content where it has none."""
    own = str(message.get("Message-ID", "")).strip()
    return hashlib.sha256(own.encode()).hexdigest() if own else content_key


def _addressed(message: EmailMessage) -> tuple[str | None, str | None]:
    written = [str(value) for name in _TO_US for value in message.get_all(name, [])]
    for _, address in getaddresses(written):
        if found := _TAG.fullmatch(address):
            return found["kind"].lower(), found["token"].lower()
    return None, None


def _is_bounce(message: EmailMessage) -> bool:
    return message.get_content_type() == "multipart/report"


def _has_failed(message: EmailMessage) -> bool:
    """Whether delivery failed for good; a delay is no bounce."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            said = [str(each.get("Action", "")) for each in blocks if not isinstance(each, str)]
            return any(action.strip().lower() == "failed" for action in said)
    return False


def _is_automatic(message: EmailMessage) -> bool:
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


def _own_words(message: EmailMessage) -> str:
    """Return what was written now: no quotes, no signature."""
    body = message.get_body(("plain", "html"))
    if body is None:
        return ""
    text = body.get_content()
    if body.get_content_type() == "text/html":
        text = _seen(text[:LONGEST_HTML])
    replies = EmailReplyParser(languages=_LANGUAGES).read(_searchable(text)).replies
    newest = replies[0].body.replace(_WRAP, "") if replies else ""
    own = [line for line in newest.splitlines() if not line.lstrip().startswith(">")]
    return "\n".join(own).strip()[:LONGEST_TEXT]


def _searchable(text: str) -> str:
    """Return the beginning without gaps and endless lines.

    The patterns that look for quotes and signatures take minutes over those, and nobody else runs
    meanwhile.
    """
    lines: list[str] = []
    for line in text[: 4 * LONGEST_READ].replace("\0", "").splitlines():
        line = line.rstrip()
        if line or (lines and lines[-1]):
            lines += _pieces(line)
    return "\n".join(lines)[:LONGEST_READ]


def _pieces(line: str) -> Iterator[str]:
    """Yield the line in pieces that `_WRAP` joins again."""
    last = max(len(line) - 1, 0) // WIDEST
    for at in range(last + 1):
        yield line[at * WIDEST : (at + 1) * WIDEST] + ("\0" if at < last else "")


def _seen(html: str) -> str:
    """Return the words of an HTML mail that a reader would see; quotes become quoted lines.

    No parser: strangers write this, and each piece of it is looked at once.
    """
    parts: list[str] = []
    hidden = quoted = 0
    for piece in _TAGS.split(_without_comments(html)):
        tag = _NAME.match(piece)
        if tag is None:
            parts += [] if hidden else [unescape(piece).replace("\n", " ")]
            continue
        opens, name = not tag["end"], tag["name"].lower()
        if name in _UNSEEN:
            hidden = max(hidden + (1 if opens else -1), 0)
        if name == "blockquote":
            quoted = max(quoted + (1 if opens else -1), 0)
        if name in _BLOCKS and (opens or name == "blockquote"):
            parts.append("\n> " if quoted else "\n")
    return "".join(parts)


def _without_comments(html: str) -> str:
    first, *others = html.split("<!--")
    return first + "".join(other.partition("-->")[2] for other in others)
