"""From raw mail to what it is: a reply, a bounce, an automatic answer, or nothing we know."""

import hashlib
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses
from html.parser import HTMLParser

from mailparser_reply import EmailReplyParser

from aftersale.adapters.mail_message import BOUNCE, REPLY
from aftersale.services.ports_mail import InMail, MailKind

LONGEST_TEXT = 4000  # characters of a reply that are kept
_TAG = re.compile(rf"[^@\s]+\+(?P<kind>[{REPLY}{BOUNCE}])\.(?P<token>[a-z0-9]{{8,64}})@\S+", re.I)
_TO_US = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
_ID = re.compile(r"<([^<>@\s]{1,128})@[^<>@\s]+>")
_ROBOTS = re.compile(r"(?i)^(?:mailer-daemon|postmaster|no-?reply|bounces?)\b")
_BULK = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
_LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pl", "pt"]


def read_mail(content: bytes) -> InMail:
    """Read a message. Never raises: what cannot be read is UNKNOWN."""
    key = hashlib.sha256(content).hexdigest()
    try:
        message = message_from_bytes(content, policy=default)
        return _read(message, key)
    except (MessageError, LookupError, ValueError, AttributeError, TypeError):
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
        text = _Text.of(text)
    replies = EmailReplyParser(languages=_LANGUAGES).read(text.replace("\r\n", "\n")).replies
    newest = replies[0].body if replies else ""
    own = [line for line in newest.splitlines() if not line.lstrip().startswith(">")]
    return "\n".join(own).strip()[:LONGEST_TEXT]


class _Text(HTMLParser):
    """The words of an HTML mail; quotes become quoted lines."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[str] = []
        self._hidden = self._quoted = 0

    @classmethod
    def of(cls, html: str) -> str:
        """Return the text that a reader would see."""
        reader = cls()
        reader.feed(html)
        reader.close()
        return re.sub(r"\n{3,}", "\n\n", "".join(reader._parts))

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line at blocks; leave out what is not read."""
        self._hidden += tag in {"style", "script", "head"}
        self._quoted += tag == "blockquote"
        if tag in {"p", "div", "br", "li", "tr", "blockquote"}:
            self._parts.append("\n" + "> " * self._quoted)

    def handle_endtag(self, tag: str) -> None:
        """End what began."""
        self._hidden -= tag in {"style", "script", "head"} and self._hidden > 0
        if tag == "blockquote" and self._quoted:
            self._quoted -= 1
            self._parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        if not self._hidden:
            self._parts.append(data.replace("\n", " "))
