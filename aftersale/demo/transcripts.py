"""`make transcripts`: plays the recorded scripts at a fixed time and writes docs/transcripts/.

A script is a text file: lines of the buyer, `[1]` to press the first button, and in its head
`# buyer: EMAIL` and `# storefront: NAME`. Other lines with `#` are comments, these are directions:

    #! later 61        the clock moves on by so many seconds
    #! hear [N]        wait for N things (one) that the buyer is told without having asked
    #! letter          wait for the letters that leave, and show them
    #! supplier agree  the supplier opens the link of the last letter and presses a button
    #! seller TEXT     the seller opens the link of the last letter and answers
"""

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aftersale.demo.client import NoAnswer
from aftersale.demo.dialogue import Dialogue, drawn, said, speaker
from aftersale.demo.outside import LINK, PATIENCE, Mailbox, letter_text, page_text
from aftersale.demo.session import connect, world
from aftersale.domain.storefronts import Storefront
from aftersale.settings import Settings

SCRIPTS = Path("tests/conversation/scripts")
TRANSCRIPTS = Path("docs/transcripts")
NOW = datetime.fromisoformat("2026-11-20T15:00:00+00:00")
DIRECTION = "#!"
CASE = re.compile(r"\bC-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
REFERENCE = re.compile(r"(?<=[Rr]eference.)[0-9a-f]{8}\b|(?<=[Rr]eference: )[0-9a-f]{8}\b")
HEAD = """# {storefront}

A recorded talk, played by `make transcripts` with the clock at {now:%d %B %Y, %H:%M} UTC.
Case numbers, references and the secret ends of links are random; here they are written plainly.
"""


@dataclass(frozen=True, slots=True)
class Script:
    """What one buyer says, to which storefront."""

    storefront: Storefront
    buyer: str | None
    lines: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> "Script":
        """Read a script."""
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        heads = dict(line[1:].split(":", 1) for line in lines if line[:1] == "#" and ":" in line)
        head = {name.strip(): value.strip() for name, value in heads.items()}
        played = tuple(line for line in lines if line[:1] != "#" or line.startswith(DIRECTION))
        storefront = Storefront(head["storefront"])
        return cls(storefront, head.get("buyer"), tuple(line for line in played if line))


@dataclass
class Stage:
    """Where a script is played: the talk, the clock, the mail."""

    dialogue: Dialogue
    clock: Path
    mailbox: Mailbox
    link: str = ""
    directions: Mapping[str, Callable[[str], Iterator[str]]] = field(init=False)

    def __post_init__(self) -> None:
        self.directions = {
            "later": self._later,
            "hear": self._hear,
            "letter": self._letters,
            "supplier": self._supplier,
            "seller": self._seller,
        }

    def play(self, line: str) -> Iterator[str]:
        """Play one line; yield paragraphs of Markdown."""
        if line.startswith(DIRECTION):
            name, _, rest = line.removeprefix(DIRECTION).strip().partition(" ")
            yield from self.directions[name](rest)
            return
        choice = self.dialogue.pressed(line)
        yield f"**Buyer:** {f'*presses* “{choice.title}”' if choice else line}\n"
        yield from spoken(self.dialogue.answer(line))

    def _later(self, seconds: str) -> Iterator[str]:
        now = datetime.fromisoformat(self.clock.read_text(encoding="utf-8"))
        set_clock(self.clock, now + timedelta(seconds=int(seconds)))
        yield f"*{seconds} seconds later*\n"

    def _hear(self, number: str) -> Iterator[str]:
        events: list[dict[str, Any]] = []
        end = time.monotonic() + PATIENCE
        while len(said(events)) < int(number or 1):
            if time.monotonic() > end:
                raise NoAnswer("Nothing was said.")
            events += self.dialogue.news(wait=1.0)
        yield from spoken(events)

    def _letters(self, _rest: str) -> Iterator[str]:
        for letter in self.mailbox.next_letters():
            yield f"**Letter:**\n\n{quoted(letter_text(letter))}\n"
            found = LINK.search("\n".join(letter_text(letter)))
            self.link = found[0] if found else self.link

    def _supplier(self, answer: str) -> Iterator[str]:
        yield f"**The supplier** follows the link:\n\n{quoted(page_text(self.link))}\n"
        pressed = quoted(page_text(self.link, answer))
        yield f"**The supplier** presses “{answer}”:\n\n{pressed}\n"

    def _seller(self, answer: str) -> Iterator[str]:
        yield f"**The seller** follows the link:\n\n{quoted(page_text(self.link))}\n"
        sent = quoted(page_text(self.link, answer))
        yield f"**The seller** answers “{answer}”:\n\n{sent}\n"


def spoken(events: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a paragraph for everything that was said."""
    for event in said(events):
        yield f"**{speaker(event)}:**\n\n{quoted(drawn(event))}\n"


def quoted(lines: Iterable[str]) -> str:
    """Return the lines as a Markdown quotation that keeps its line breaks."""
    return "\n".join(f"> {line}  " if line else ">" for line in lines).rstrip()


def transcript(script: Script, settings: Settings, clock: Path) -> str:
    """Play the script and return the conversation as Markdown."""
    set_clock(clock, NOW)
    mailbox = Mailbox(settings.data_dir / "mail")
    with connect(settings, script.storefront, script.buyer) as dialogue:
        stage = Stage(dialogue, clock, mailbox)
        paragraphs = [paragraph for line in script.lines for paragraph in stage.play(line)]
    text = "\n".join([HEAD.format(storefront=script.storefront, now=NOW), *paragraphs])
    return plain(text, settings.base_url)


def plain(text: str, base_url: str) -> str:
    """Write what is random from run to run in one way."""
    for n, number in enumerate(dict.fromkeys(CASE.findall(text)), start=1):
        text = text.replace(number, f"C-0000-{n:04d}")
    for n, reference in enumerate(dict.fromkeys(REFERENCE.findall(text)), start=1):
        text = text.replace(reference, f"{n:08d}")
    text = LINK.sub(lambda link: link[0].rpartition("/")[0] + "/…", text)
    return text.replace(base_url, "https://assistant.example")


def set_clock(clock: Path, moment: datetime) -> None:
    """Move the clock of the running app, which must never read half a time."""
    part = clock.with_suffix(".part")
    part.write_text(moment.isoformat(), encoding="utf-8")
    part.replace(clock)


def played() -> Iterator[tuple[Path, str]]:
    """Play every script in a world of its own; yield its file and its text."""
    with tempfile.TemporaryDirectory(prefix="aftersale-") as folder:
        clock = Path(folder) / "clock"
        set_clock(clock, NOW)
        with world(str(clock)) as settings:
            for path in sorted(SCRIPTS.glob("*.txt")):
                text = transcript(Script.read(path), settings, clock)
                yield TRANSCRIPTS / f"{path.stem}.md", text


def main() -> int:
    """Write one file per script; with `--check` only say which would change, and exit 1."""
    parser = argparse.ArgumentParser(prog="make transcripts")
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args().check
    stale = 0
    for target, text in played():
        same = target.exists() and target.read_text(encoding="utf-8") == text
        stale += not same
        sys.stdout.write(f"{target}: {'as before' if same else 'changed'}\n")
        if not check:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    if check and stale:
        sys.stderr.write("Recorded talks are out of date; run `make transcripts` and read them.\n")
    return int(check and stale > 0)


if __name__ == "__main__":
    sys.exit(main())
