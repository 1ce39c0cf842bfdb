"""Letters to sellers as they lie in the mail folder, and the page behind a letter's link."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from tests.conversation.world import World

BACK = re.compile(r"http\S+/c/\S+")
LINK = re.compile(r"http\S+/[as]/\S+")


@dataclass(frozen=True)
class Letter:
    """One letter."""

    to: str
    subject: str
    text: str

    @property
    def link(self) -> str:
        """The address of its page."""
        found = LINK.findall(self.text)
        assert len(found) == 1, self.text
        return str(found[0])

    @property
    def back(self) -> str:
        """The address that leads back to the conversation."""
        found = BACK.findall(self.text)
        assert len(found) == 1, self.text
        return str(found[0])


@dataclass(frozen=True)
class Page:
    """What the server answered a supplier's browser."""

    status: int
    text: str


def letters(world: World, to: str) -> list[Letter]:
    """Return the letters to an address, oldest first."""
    folder = world.settings.data_dir / "mail"
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    mails = [message_from_bytes(file.read_bytes(), policy=default) for file in files]
    return [_letter(mail) for mail in mails if mail["To"] == to]


def _letter(mail: EmailMessage) -> Letter:
    body = mail.get_body(("plain",))
    assert body is not None
    return Letter(mail["To"], mail["Subject"], body.get_content())


def look(link: str) -> Page:
    """Follow the link, as a person or a mail scanner does."""
    return _ask(Request(link))


def press(link: str, answer: str) -> Page:
    """Press a button of the page: "agree" or "decline"."""
    return _ask(Request(link, urlencode({"answer": answer}).encode()))


def _ask(request: Request) -> Page:
    try:
        with urlopen(request) as answer:
            return Page(answer.status, answer.read().decode())
    except HTTPError as refused:
        return Page(refused.code, refused.read().decode())
