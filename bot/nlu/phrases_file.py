"""Read the phrase lists: one phrase a line, `value: phrase` where a value is needed."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "phrases"


def lines_of(name: str) -> list[str]:
    """The phrases of list `name`, without comments and empty lines."""
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]


def valued(name: str) -> dict[str, str]:
    """Phrase to value of list `name`."""
    pairs = (line.split(": ", 1) for line in lines_of(name))
    return {phrase: value for value, phrase in pairs}
