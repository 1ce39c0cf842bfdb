"""From raw mail to what a buyer said: thread, words, files; or why it is no message. Pure.

Never raises: anybody may write to us. From is a stranger's word and proves nothing.
"""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import getaddresses
from enum import StrEnum
from itertools import islice

from aftersale.adapters.email_files import MailFiles, files_of
from aftersale.adapters.email_marks import Marked, Marks
from aftersale.adapters.mail_reading import (
    addressed,
    has_failed,
    is_automatic,
    is_report,
    opened,
    values_of,
    written_to,
)
from aftersale.adapters.mail_text import LONGEST_READ, own_words
from aftersale.domain.channels import Inbound, InboundKind, Media, SendState, Unusable
from aftersale.services.ports_channels import Parsed, Status

LOOP = "X-Loop"  # our mails name their account in it
LONGEST_TEXT = 10_000  # characters; more than a message may have is told to the buyer later
LONGEST_TOPIC = 200
LONGEST_NAME = 80
MOST_NAMED = 50  # ids that a mail answers: each is looked up
_ADDRESS = re.compile(r"[^\s@<>,;:\"\\\x00-\x20\x7f]{1,64}@[^\s@<>,;:\"\\#\x00-\x20\x7f]{1,190}")
_OWN_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_IDS = re.compile(r"<[^<>\s]{1,250}>")
_ANSWERS = re.compile(
    r"(?i)(?:\s*(?:re|aw|antw|antwort|sv|vs|fwd?|wg|tr|rv|enc|odp|res|rif|vb)(?:\[\d{1,3}\])?\s*:)+\s*"
)
_AWAY = re.compile(
    r"(?i)\s*(?:automatic reply|auto[- ]?reply|auto(?:matic)? response|autoresponse|"
    r"out of (?:the )?office|abwesenheitsnotiz|automatische antwort|r[ée]ponse automatique|"
    r"respuesta autom[áa]tica|risposta automatica|automatisch antwoord|resposta autom[áa]tica|"
    r"odpowied[źz] automatyczna)\b"
)
_NUMBER = re.compile(r"[\w-]*\d{4}[\w-]*")
_KEPT = "\n\u200d"  # the second holds composed signs together
_NOTHING = (MessageError, LookupError, ValueError, AttributeError, TypeError, RecursionError)
_STATUS = re.compile(r"[45]\.\d{1,3}\.\d{1,3}")  # anything else is the words of whoever wrote it
_HARD = re.compile(r"5\.1\.\d+|5\.0\.0|5\.2\.1")  # the address does not work, now or later


_EMPTY = Parsed()
_MESSAGE = InboundKind.MESSAGE


class Verdict(StrEnum):
    """What a mail is."""

    BUYER = "buyer"
    AUTOMATIC = "automatic"  # out of office, lists, robots
    LOOP = "loop"  # our own mail comes back
    BOUNCE = "bounce"  # a mail of ours did not arrive
    ELSEWHERE = "elsewhere"  # to another address than this account's
    BROKEN = "broken"  # nobody can be answered


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, read. `answers` are the ids it names, for whoever else writes from the mailbox."""

    verdict: Verdict
    parsed: Parsed = _EMPTY
    answers: tuple[str, ...] = ()
    in_thread: bool = False  # it answers a mail of ours to a buyer
    words: str = ""


@dataclass(frozen=True, slots=True)
class _Sent:
    content: bytes
    at: datetime
    is_whole: bool

    @property
    def files(self) -> MailFiles:
        return files_of(self.content) if self.is_whole else MailFiles(unusable=1)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the mail of one account. `also` are other addresses that come to it."""

    marks: Marks
    also: frozenset[str] = frozenset()
    ours: Collection[str] = ()  # addresses that we write from

    def read(self, content: bytes, at: datetime, *, is_whole: bool = True) -> Mail:
        """Return what came in; `at` is when it arrived. Of a huge mail the beginning is enough."""
        try:
            return self._read(opened(content), _Sent(content, at, is_whole))
        except _NOTHING:  # the standard parser trips over some broken mail
            return Mail(Verdict.BROKEN)

    def _read(self, message: EmailMessage, sent: "_Sent") -> Mail:
        to = written_to(message)
        is_here = any(self.marks.is_ours(each) or each.lower() in self.also for each in to)
        is_of_letter = addressed(message)[1] is not None  # a seller's answer, or a letter's bounce
        if is_of_letter or not is_here:
            return Mail(Verdict.ELSEWHERE)
        if is_report(message):
            return self._report(message, to, sent.at)
        name, sender = _sender(message)
        if self._is_own(message, sender):
            return Mail(Verdict.LOOP)
        if is_automatic(message) or _AWAY.match(_line(message.get("Subject"))):
            return Mail(Verdict.AUTOMATIC)
        if not sender:
            return Mail(Verdict.BROKEN)
        return self._heard(
            message, sent, to, Inbound("", "", sender, _MESSAGE, sent.at, name=name)
        )

    def _heard(self, message: EmailMessage, sent: "_Sent", to: list[str], head: Inbound) -> Mail:
        event_id = _event_id(message, sent.content)
        named = tuple(islice(_named(message), MOST_NAMED))
        known = self._known(named, to, head.sender)
        head = replace(
            head,
            event_id=event_id,
            address=known.address if known else self.marks.begun(head.sender, event_id),
            language=_language(message),
            about=known.token if known and known.token else None,
            topic=_ANSWERS.sub("", _line(message.get("Subject")), count=1)[:LONGEST_TOPIC],
        )
        words = _words(message, head, is_new=known is None)
        inbound = _inbound(head, words, sent.files, is_sealed=_is_sealed(message))
        return Mail(Verdict.BUYER, Parsed((inbound,)), named, known is not None, words)

    def _known(self, named: tuple[str, ...], to: list[str], sender: str) -> Marked | None:
        """Return the thread of ours that it goes on, by the newest id, else by our address."""
        found = (self.marks.answered(each, sender) for each in named)
        if known := next((each for each in found if each), None):
            return known
        tagged = (self.marks.replied(each, sender) for each in to)
        return next((Marked("", each) for each in tagged if each), None)

    def _is_own(self, message: EmailMessage, sender: str) -> bool:
        looped = {_line(each).lower() for each in values_of(message, LOOP)}
        return (
            self.marks.mailbox in looped
            or sender in self.ours
            or bool(sender and self.marks.is_ours(sender))
        )

    def _report(self, message: EmailMessage, to: list[str], at: datetime) -> Mail:
        token = next((each for each in map(self.marks.bounced, to) if each), None)
        if token is None or not has_failed(message):
            return Mail(Verdict.AUTOMATIC)
        code = next((each for _, each, _ in _failures(message) if _STATUS.fullmatch(each)), "")
        status = Status(SendState.FAILED, at, token=token, code=code or None)
        address = self._came_back(message, token) if _HARD.fullmatch(code) else None
        if address is None:
            return Mail(Verdict.BOUNCE, Parsed(statuses=(status,)))
        sender = address.rpartition("#")[0]
        left = Inbound(f"bounce:{token}", address, sender, InboundKind.LEFT, at)
        return Mail(Verdict.BOUNCE, Parsed((left,), (status,)))

    def _came_back(self, message: EmailMessage, token: str) -> str | None:
        """Return the thread of the mail that came back: its own headers say it."""
        for each in _returned(message):
            _, to = _first(str(each.get("To", "")))
            ours = self.marks.answered(_line(each.get("Message-ID")), to)
            if ours and ours.token == token:
                return ours.address
        return None


def _returned(message: EmailMessage) -> Iterator[EmailMessage]:
    """Yield the mails that a report hands back, whole or their headers alone."""
    for part in message.walk():
        if part.get_content_type() == "text/rfc822-headers":
            content = part.get_payload(decode=True)
            yield opened(content if isinstance(content, bytes) else b"")
        elif part is not message:
            yield part


def _sender(message: EmailMessage) -> tuple[str, str]:
    return _first(str(message.get("From", "")))


def _first(header: str) -> tuple[str, str]:
    """Return name and address of the first one that can be written to."""
    for name, address in getaddresses([header]):
        if _ADDRESS.fullmatch(address):
            return _line(name)[:LONGEST_NAME], address.lower()
    return "", ""


def _line(value: object) -> str:
    """Return a header as one line of what can be seen."""
    return " ".join(_visible(str(value or "")).split())


def _event_id(message: EmailMessage, content: bytes) -> str:
    own = _line(message.get("Message-ID"))
    return own if _OWN_ID.fullmatch(own) else f"sha256:{hashlib.sha256(content).hexdigest()}"


def _named(message: EmailMessage) -> Iterator[str]:
    """Yield the ids that it answers, the newest first."""
    for header in ("In-Reply-To", "References"):
        yield from reversed(_IDS.findall(str(message.get(header, ""))))


def _language(message: EmailMessage) -> str:
    said = _line(message.get("Content-Language")).partition(",")[0].strip()
    return said if re.fullmatch(r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8})?", said) else ""


def _words(message: EmailMessage, head: Inbound, *, is_new: bool) -> str:
    """Return what was said: also in the subject, where a new mail says it there alone."""
    text = _visible(own_words(message, longest=LONGEST_READ))
    told = _told_by_subject(head.topic, text) if is_new else ""
    back = [f"My mail to {address} came back: {why}" for address, _, why in _failures(message)]
    return "\n\n".join(part for part in (told, text, *back[:1]) if part)[:LONGEST_TEXT].strip()


def _told_by_subject(topic: str, text: str) -> str:
    """Return the subject of a first mail without text, or with a number that the text lacks."""
    numbers = _NUMBER.findall(topic)
    return topic if not text or any(each not in text for each in numbers) else ""


def _visible(text: str) -> str:
    return "".join(sign for sign in _spaced(text) if sign in _KEPT or not _is_hidden(sign)).strip()


def _spaced(text: str) -> Iterator[str]:
    return (" " if unicodedata.category(sign) == "Zs" or sign == "\t" else sign for sign in text)


def _is_hidden(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cf", "Cs"}


def _failures(message: EmailMessage) -> Iterator[tuple[str, str, str]]:
    """Yield address, status and reason of each delivery that a report in the mail says failed."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for each in blocks if isinstance(blocks, list) else ():
            if not isinstance(each, str) and "fail" in _line(each.get("Action")).lower():
                address = _line(each.get("Final-Recipient")).rpartition(";")[2].strip()
                why = _line(each.get("Diagnostic-Code")).partition(";")[2].strip()
                yield address[:254], _line(each.get("Status")), (why or "undeliverable")[:500]


def _is_sealed(message: EmailMessage) -> bool:
    kind = message.get_content_type()
    is_envelope = kind.endswith("pkcs7-mime") and "signed" not in str(message.get("Content-Type"))
    return kind == "multipart/encrypted" or is_envelope


def _inbound(head: Inbound, text: str, files: MailFiles, *, is_sealed: bool) -> Inbound:
    """Return the message; what of it cannot be used is named beside what can."""
    media = tuple(
        Media(str(each.place), each.media_type, each.name, len(each.content), each.sha256)
        for each in files.kept
    )
    what = _unusable(files, is_sealed=is_sealed, is_empty=not text and not media)
    kind = InboundKind.UNSUPPORTED if what else InboundKind.MESSAGE
    return replace(head, kind=kind, text=text, media=media, what=what)


def _unusable(files: MailFiles, *, is_sealed: bool, is_empty: bool) -> Unusable | None:
    if is_sealed:
        return Unusable.ENCRYPTED
    if files.unusable:
        return Unusable.FILE
    return Unusable.EMPTY if is_empty else None
