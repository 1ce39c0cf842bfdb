"""Mail as RFC 5322 text: plain and HTML, threaded, with addresses that tell replies apart."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from html import escape
from re import compile as pattern

from aftersale.errors import ProviderRefused
from aftersale.services.ports_mail import Outgoing

_LINK = pattern(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
_LONGEST_LOCAL_PART = 64  # octets, RFC 5321
REPLY, BOUNCE = "r", "b"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Who writes. Replies to `replies`, a mailbox whose server delivers `name+anything` to it."""

    sender: str
    replies: str | None = None

    @property
    def domain(self) -> str:
        """The part after the @, of message ids too."""
        return self.sender.rpartition("@")[2]

    def tagged(self, kind: str, token: str | None) -> str | None:
        """Return `name+r.TOKEN@domain`, or None when replies go nowhere."""
        if self.replies is None or token is None:
            return None
        name, _, domain = self.replies.rpartition("@")
        local = f"{name}+{kind}.{token}"
        if len(local) > _LONGEST_LOCAL_PART or local != local.lower():
            raise ValueError("A reply token must be short and lower case: servers fold the rest.")
        return f"{local}@{domain}"

    def envelope_sender(self, letter: Outgoing) -> str:
        """Return where bounces go. A bounce counts only with the letter's own token."""
        return self.tagged(BOUNCE, letter.reply_token) or self.replies or self.sender


def written(letter: Outgoing, addresses: Addresses) -> EmailMessage:
    """Return the message with every header it needs.

    Raises:
        ProviderRefused: the address cannot be written to.
    """
    message = EmailMessage(policy=SMTP)
    try:
        # A line break in a header would let its value write headers of its own.
        message["To"] = letter.to
        message["From"] = addresses.sender
    except ValueError as exc:
        raise ProviderRefused("The address cannot be written to.") from exc
    message["Subject"] = " ".join(letter.subject.split())
    message["Message-ID"] = _message_id(letter.message_id, addresses)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
    if letter.thread:
        message["In-Reply-To"] = message["References"] = _message_id(letter.thread, addresses)
    if reply_to := addresses.tagged(REPLY, letter.reply_token):
        message["Reply-To"] = reply_to
    message.set_content(letter.text)
    message.add_alternative(html_of(letter.subject, letter.text), subtype="html")
    return message


def _message_id(key: str, addresses: Addresses) -> str:
    return f"<{key}@{addresses.domain}>"


def html_of(subject: str, text: str) -> str:
    """Return the same words as simple HTML: paragraphs, and links one can press."""
    paragraphs = [part.strip() for part in text.split("\n\n") if part.strip()]
    body = "".join(f"<p>{_linked(part)}</p>" for part in paragraphs)
    title = escape(" ".join(subject.split()))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        '<body style="font:16px/1.5 sans-serif;max-width:36em;margin:1em auto;padding:0 1em">'
        f"{body}</body></html>"
    )


def _linked(text: str) -> str:
    said, at = [], 0
    for found in _LINK.finditer(text):
        address = escape(found[0], quote=True)
        said += [escape(text[at : found.start()]), f'<a href="{address}">{address}</a>']
        at = found.end()
    return "".join([*said, escape(text[at:])]).replace("\n", "<br>")
