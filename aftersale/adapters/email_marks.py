"""What our mails to buyers carry, so that an answer finds its thread and nobody else's. Pure.

A thread is one buyer's address and the mail that began it. Each mark holds a keyed hash over the
account, the thread and that address: only whoever we wrote to can name it, from there alone.
"""

import hashlib
import hmac
import re
from base64 import b32encode
from dataclasses import dataclass, field

_LONGEST_LOCAL_PART = 64  # octets, RFC 5321
_SEND = r"[a-z0-9]{1,32}"
_THREAD, _THREAD_HASH, _SEND_HASH = 16, 16, 10  # characters
_ROOM = len("+x.") + 32 + _SEND_HASH
LONGEST_NAME = _LONGEST_LOCAL_PART - _ROOM  # of our address before the @
_MESSAGE_ID = re.compile(rf"<?({_SEND})\.([0-9a-f]{{{_THREAD}}})\.([a-z2-7]{{{_THREAD_HASH}}})@")


@dataclass(frozen=True, slots=True)
class Marked:
    """One of our own mails: which send it was, and to which thread."""

    token: str
    address: str


@dataclass(frozen=True, slots=True)
class Marks:
    """Makes and checks the marks of one account; `mailbox` is its address."""

    account: str
    mailbox: str
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse an address to which no mark could be added."""
        name, _, domain = self.mailbox.rpartition("@")
        if (
            not name
            or not domain
            or len(name) > LONGEST_NAME
            or self.mailbox.lower() != self.mailbox
        ):
            raise ValueError(
                f"is no address in lower case, with at most {LONGEST_NAME} letters before the @"
            )

    @property
    def domain(self) -> str:
        """The part after the @, of message ids too."""
        return self.mailbox.rpartition("@")[2]

    def begun(self, sender: str, first: str) -> str:
        """Return the thread that the mail `first` of `sender` begins; always the same one."""
        thread = self._mac("begun", sender, first).hex()[:_THREAD]
        return f"{sender}#{thread}"

    def message_id(self, token: str, address: str) -> str:
        """Return the id of one of our mails; the same send has the same."""
        sender, thread = parted(address)
        return f"<{token}.{thread}.{self._thread_hash(sender, thread)}@{self.domain}>"

    def answered(self, message_id: str, sender: str) -> Marked | None:
        """Return which of our mails to `sender` this id names; None: none."""
        found = _MESSAGE_ID.match(message_id)
        if found is None or not message_id.rstrip(">").endswith(f"@{self.domain}"):
            return None
        token, thread, said = found.groups()
        if not hmac.compare_digest(said, self._thread_hash(sender, thread)):
            return None
        return Marked(token, f"{sender}#{thread}")

    def reply_to(self, address: str) -> str:
        """Return an address that names the thread, for clients that drop references."""
        sender, thread = parted(address)
        return self._tagged("c", thread + self._thread_hash(sender, thread))

    def replied(self, mailbox: str, sender: str) -> str | None:
        """Return the thread of `sender` that such an address names."""
        tag = self._tag("c", mailbox)
        thread, said = tag[:_THREAD], tag[_THREAD:]
        if not hmac.compare_digest(said.encode(), self._thread_hash(sender, thread).encode()):
            return None
        return f"{sender}#{thread}"

    def bounce_to(self, token: str) -> str:
        """Return the address that a report about this mail comes to."""
        return self._tagged("x", token + self._hash("x", token)[:_SEND_HASH])

    def bounced(self, mailbox: str) -> str | None:
        """Return the token of the mail that a report to such an address is about."""
        tag = self._tag("x", mailbox)
        token, said = tag[:-_SEND_HASH], tag[-_SEND_HASH:]
        good = self._hash("x", token)[:_SEND_HASH]
        return token if token and hmac.compare_digest(said.encode(), good.encode()) else None

    def is_ours(self, mailbox: str) -> bool:
        """Whether a mail to that address came to this account."""
        return mailbox.lower() == self.mailbox or bool(
            self._tag("c", mailbox) or self._tag("x", mailbox)
        )

    def _tagged(self, kind: str, tag: str) -> str:
        name, _, domain = self.mailbox.rpartition("@")
        return f"{name}+{kind}.{tag}@{domain}"

    def _tag(self, kind: str, mailbox: str) -> str:
        """Return what such an address carries; servers fold letters as they like."""
        before, _, after = self._tagged(kind, "\0").partition("\0")
        low = mailbox.lower()
        if not low.startswith(before) or not low.endswith(after):
            return ""
        return low[len(before) : len(low) - len(after)]

    def _thread_hash(self, sender: str, thread: str) -> str:
        return self._hash("thread", sender, thread)[:_THREAD_HASH]

    def _hash(self, *parts: str) -> str:
        return b32encode(self._mac(*parts)).decode().lower()

    def _mac(self, *parts: str) -> bytes:
        # The same secret signs other things, which must not pass for one of these.
        said = "\0".join(("email", self.account, *parts)).encode("utf-8", "surrogatepass")
        return hmac.digest(self.secret.encode(), said, hashlib.sha256)


def parted(address: str) -> tuple[str, str]:
    """Return the buyer's address and the thread."""
    sender, _, thread = address.rpartition("#")
    return sender, thread
