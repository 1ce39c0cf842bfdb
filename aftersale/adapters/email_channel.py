"""E-mail: one address of ours in a mailbox. It is asked for news, and nothing there calls us."""

import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from aftersale.adapters.email_loops import ANSWERS, Loops
from aftersale.adapters.email_marks import Marks, parted
from aftersale.adapters.email_message import CHOOSE, Writer, is_automatic
from aftersale.adapters.email_parse import Reader
from aftersale.adapters.email_pull import IsLetter, MailPuller
from aftersale.adapters.email_smtp import handed_over
from aftersale.adapters.mail_imap import ImapServer
from aftersale.adapters.mail_smtp import Server
from aftersale.domain.capabilities import CAPABILITIES, Capabilities
from aftersale.domain.channels import Account, Channel, Inbound, Media
from aftersale.errors import SettingsInvalid
from aftersale.services.ports_channels import Block, Busy, NotSigned, Out, Parsed, Rendered

KEYS: Mapping[str, str] = {
    "address": "The address that buyers write to; its mailbox takes name+anything, too.",
    "imap_url": "imaps://USER:PASSWORD@HOST/INBOX. Default: AFTERSALE_IMAP_URL.",
    "smtp_url": "smtps://USER:PASSWORD@HOST. Default: AFTERSALE_SMTP_URL.",
    "aliases": "Other addresses whose mail comes into the mailbox and is meant for this account.",
    "from_name": "How the sender is called beside the address.",
    "choose": "What stands below numbered choices.",
    "answers_per_hour": f"Automatic answers to one address within an hour; default {ANSWERS}.",
}
NEEDED = frozenset({"address"})
SECRET = frozenset({"imap_url", "smtp_url"})
_NAME = re.compile(r"[^\x00-\x1f\x7f]{0,80}")
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Post:
    """What all mail accounts of an installation share.

    `secret` keys the marks in our mails; `ours` are addresses that letters leave from; `every` is
    the seconds between two looks into a mailbox.
    """

    secret: str = field(repr=False)
    is_letter: IsLetter
    imap_url: str | None = field(default=None, repr=False)
    smtp_url: str | None = field(default=None, repr=False)
    ours: Collection[str] = ()
    every: float = 20.0


def connector_of(account: Account, config: Mapping[str, str], post: Post) -> "Email":
    """Return the connector of an account.

    Raises:
        SettingsInvalid: with every mistake; no password is shown.
    """
    problems: list[str] = []

    def read(key: str, make: Callable[[], _Read]) -> _Read | None:
        try:
            return make()
        except ValueError as exc:
            problems.append(f"{account.name}: {key} {exc}.")
            return None

    marks = read("address", lambda: Marks(account.name, config["address"], post.secret))
    imap = read("imap_url", lambda: ImapServer.of(config.get("imap_url") or post.imap_url or ""))
    smtp = read("smtp_url", lambda: Server.of(config.get("smtp_url") or post.smtp_url or ""))
    most = read("answers_per_hour", lambda: _whole(config.get("answers_per_hour", str(ANSWERS))))
    name = read("from_name", lambda: _name(config.get("from_name", "")))
    if marks is None or imap is None or smtp is None or most is None or name is None:
        raise SettingsInvalid(problems)
    also = frozenset(each.strip().lower() for each in config.get("aliases", "").split(","))
    reader = Reader(marks, also - {""}, frozenset(each.lower() for each in post.ours))
    loops = Loops(time.monotonic, most)
    puller = MailPuller(imap, reader, loops, is_letter=post.is_letter, every=post.every)
    writer = Writer(marks, name, config.get("choose") or CHOOSE)
    return Email(account, puller, reader, writer, loops, smtp)


@dataclass(frozen=True, slots=True)
class Email:
    """The connector. `Connector` in `services/ports_channels` says what each part is for."""

    account: Account
    puller: MailPuller
    _reader: Reader
    _writer: Writer
    _loops: Loops
    _server: Server

    @property
    def capabilities(self) -> Capabilities:
        """What e-mail can do."""
        return CAPABILITIES[Channel.EMAIL]

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:  # noqa: ARG002
        """Refuse: no mail server calls us."""
        raise NotSigned

    def parse(self, body: bytes, now: datetime) -> Parsed:
        """Return what one mail says; what is no buyer's mail says nothing."""
        return self._reader.read(body, now).parsed

    def render(self, blocks: Sequence[Block], capabilities: Capabilities) -> list[Rendered]:
        """Return a whole turn as one mail, with numbered choices."""
        return self._writer.rendered(blocks, capabilities)

    def template(self, locale: str, variables: Mapping[str, str]) -> Rendered | None:  # noqa: ARG002
        """Return nothing: a mailbox is always open."""
        return None

    def send(self, out: Out) -> str | None:
        """Send one mail. A repetition has the same Message-ID, so programs show it once."""
        to, _ = parted(out.address)
        message = self._writer.written(out)
        wait = self._loops.wait(to, out.token) if is_automatic(out.body) else 0.0
        if wait:
            raise Busy("too_many_answers", wait)
        envelope = self._writer.marks.bounce_to(out.token)
        handed_over(self._server, message, sender=envelope, to=to)
        return str(message["Message-ID"])

    def fetch(self, media: Media, *, most: int) -> bytes:
        """Return a file of a mail."""
        return self.puller.fetch(media, most=most)

    def read(self, address: str, event_id: str) -> None:
        """Show nothing: mail has no such sign."""

    def typing(self, address: str, event_id: str | None) -> None:
        """Show nothing: mail has no such sign."""

    def taken(self, inbound: Inbound) -> None:
        """Tell nobody: nobody waits."""


def _whole(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        raise ValueError("is a number from 1 to 1000")
    return int(text)


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError("is one line of at most 80 letters")
    return text
