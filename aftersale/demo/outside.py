"""What a recorded talk shows beside the chat: letters that left, and a supplier at their page."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import unescape
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

from aftersale.demo.client import NoAnswer

LINK = re.compile(r"http\S+/[acrs]/[\w-]+")
SHOWN = re.compile(r"<(h1|p|li|blockquote|button)\b[^>]*>(.*?)</\1>", re.DOTALL)
PATIENCE = 15.0
LOOK_EVERY = 0.2


@dataclass
class Mailbox:
    """The mail folder of a running app: what comes from now on."""

    folder: Path
    _seen: set[Path] = field(init=False)

    def __post_init__(self) -> None:
        self._seen = self._files()

    def next_letters(self) -> list[EmailMessage]:
        """Wait for letters that were not seen yet and return them.

        Raises:
            NoAnswer: none came.
        """
        end = time.monotonic() + PATIENCE
        while not (fresh := sorted(self._files() - self._seen)):
            if time.monotonic() > end:
                raise NoAnswer("No letter left.")
            time.sleep(LOOK_EVERY)
        self._seen.update(fresh)
        letters = [message_from_bytes(path.read_bytes(), policy=default) for path in fresh]
        return sorted(letters, key=lambda letter: (letter["To"], letter["Subject"]))

    def _files(self) -> set[Path]:
        return set(self.folder.glob("*.eml"))


def letter_text(letter: EmailMessage) -> list[str]:
    """Return the letter as lines, from its plain part."""
    head = [f"To: {letter['To']}", f"Subject: {letter['Subject']}", ""]
    plain = letter.get_body(("plain",)) or letter
    return [*head, *str(plain.get_content()).rstrip().splitlines()]


def page_text(link: str, answer: str | None = None) -> list[str]:
    """Open the page behind a link, or press one of its buttons; return what it shows."""
    body = urlencode({"answer": answer}).encode() if answer else None
    with urlopen(link, body) as response:  # noqa: S310 -- the address of our own app
        return list(_shown(response.read().decode("utf-8")))


def _shown(html: str) -> Iterator[str]:
    for tag, content in SHOWN.findall(html):
        text = unescape(content).strip()
        yield {"button": f"[{text}]", "li": f"- {text}"}.get(tag, text)
