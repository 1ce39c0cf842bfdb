"""One conversation as text: typed lines in, printed lines out, buttons as numbers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Any

from aftersale.demo.client import BuyerClient

PRESSED = re.compile(r"\[(\d+)\]|(\d{1,2})")
SIDE_BY_SIDE = 70  # characters of buttons that fit in one line
COLUMNS = 80  # of a terminal
SPEAKERS = {"bot": "Assistant", "agent": "Agent", "seller": "Seller", "system": "Notice"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A button as the terminal shows it."""

    button_id: str
    title: str


@dataclass
class Dialogue:
    """A buyer at a terminal. `choices` are the buttons of the last message that had any."""

    client: BuyerClient
    choices: list[Choice] = field(default_factory=list)

    def answer(self, typed: str) -> list[dict[str, Any]]:
        """Send what was typed, `[1]` or a bare number of a shown button pressing it."""
        choice = self.pressed(typed)
        if choice:
            return self.noted(self.client.turn(payload=choice.button_id))
        return self.noted(self.client.turn(typed))

    def pressed(self, typed: str) -> Choice | None:
        """Return the button meant, or None when the line is text."""
        match = PRESSED.fullmatch(typed.strip())
        number = int(match[1] or match[2]) if match else 0
        return self.choices[number - 1] if 0 < number <= len(self.choices) else None

    def news(self, wait: float) -> list[dict[str, Any]]:
        """Return what came without being asked."""
        return self.noted(self.client.events(wait=wait))

    def noted(self, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Remember the newest buttons."""
        for event in said(events):
            self.choices = choices_of(event) or self.choices
        return events


def said(events: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the events a buyer reads: messages and notices of everyone else."""
    return [
        event
        for event in events
        if event["type"] in ("message", "notice") and event["author"] != "buyer"
    ]


def choices_of(event: Mapping[str, Any]) -> list[Choice]:
    """Return the buttons of a message, in order."""
    return [
        Choice(button["id"], button["title"])
        for block in event.get("blocks", ())
        for button in _buttons(block)
    ]


def _buttons(block: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    rows = block.get("orders") or block.get("lines")
    if block["type"] in ("order_picker", "line_picker") and rows:
        return [row["button"] for row in rows]
    buttons: Sequence[Mapping[str, Any]] = block.get("buttons", ())
    return buttons


def drawn(event: Mapping[str, Any]) -> list[str]:
    """Return the lines of one message: texts, cards in a box, buttons numbered."""
    lines: list[str] = []
    for block in event.get("blocks", ()):
        text = str(block["fallback"]).splitlines()
        if block["type"] == "order_card":
            lines += box(text)
        elif not _buttons(block):
            lines += text
    titles = [f"[{n}] {choice.title}" for n, choice in enumerate(choices_of(event), 1)]
    together = "  ".join(titles)
    return lines + ([together] if 0 < len(together) <= SIDE_BY_SIDE else titles)


def box(lines: Sequence[str]) -> list[str]:
    """Draw a frame around the lines; long ones go on in the next line, set in."""
    inside = COLUMNS - len("│  │")
    fitted = [
        part
        for line in lines
        for part in wrap(line, inside, subsequent_indent="  ", break_on_hyphens=False) or [""]
    ]
    width = max((len(line) for line in fitted), default=0)
    rule = "─" * (width + 2)
    return [f"┌{rule}┐", *(f"│ {line:<{width}} │" for line in fitted), f"└{rule}┘"]


def speaker(event: Mapping[str, Any]) -> str:
    """Return who speaks, as printed."""
    return SPEAKERS[event["author"]]
