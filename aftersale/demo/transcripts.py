"""`make transcripts`: plays the recorded scripts at a fixed time and writes docs/transcripts/.

A script is a text file named after its storefront: lines of the buyer, `[1]` to press the first
button, `#` for a comment, and in its head `# buyer: EMAIL`.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from aftersale.demo.dialogue import Dialogue, drawn, said, speaker
from aftersale.demo.session import connect, world
from aftersale.domain.storefronts import Storefront
from aftersale.settings import Settings

SCRIPTS = Path("tests/conversation/scripts")
TRANSCRIPTS = Path("docs/transcripts")
NOW = "2026-11-20T15:00:00+00:00"


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
        buyer = {name.strip(): value.strip() for name, value in heads.items()}.get("buyer")
        spoken = tuple(line for line in lines if line and line[0] != "#")
        return cls(Storefront(path.stem), buyer, spoken)


def transcript(script: Script, settings: Settings) -> str:
    """Play the script and return the conversation as Markdown."""
    with connect(settings, script.storefront, script.buyer) as dialogue:
        turns = [turn for line in script.lines for turn in _turn(dialogue, line)]
    head = f"# {script.storefront}\n\nPlayed by `make transcripts` at {NOW}.\n"
    return "\n".join([head, *turns])


def _turn(dialogue: Dialogue, line: str) -> Iterator[str]:
    choice = dialogue.pressed(line)
    yield f"**Buyer:** {f'*presses* “{choice.title}”' if choice else line}\n"
    for event in said(dialogue.answer(line)):
        quoted = "\n".join(f"> {text}".rstrip() + "  " for text in drawn(event))
        yield f"**{speaker(event)}:**\n\n{quoted.rstrip()}\n"


def main() -> None:
    """Write one file per script."""
    TRANSCRIPTS.mkdir(parents=True, exist_ok=True)
    with world(NOW) as settings:
        for path in sorted(SCRIPTS.glob("*.txt")):
            target = TRANSCRIPTS / f"{path.stem}.md"
            target.write_text(transcript(Script.read(path), settings), encoding="utf-8")
            sys.stdout.write(f"{target}\n")


if __name__ == "__main__":
    main()
