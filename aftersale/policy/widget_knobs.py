"""How the chat of a storefront looks, and how long it waits. What is wrong is told by contrast."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from aftersale.policy.contrast import CONTROLS, TEXT, WHITE, contrast, text_on
from aftersale.policy.limits import Limit

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_A_DAY = Limit(timedelta(hours=24))
_LANGUAGE = re.compile(r"[a-z]{2}(?:-[A-Z]{2})?")


@dataclass(frozen=True, slots=True)
class WidgetKnobs:
    """The chat on the shop's pages."""

    colour: str = "#1e4d43"  # of the launcher and of what can be pressed
    colour_text: str | None = None  # on it; None: white or ink, whichever reads better
    languages: tuple[str, ...] = ("en",)  # of the interface, the usual one first
    idle_after: Limit = _A_DAY  # then it is closed; a message opens it again

    @property
    def text(self) -> str:
        """The colour of text on `colour`."""
        return self.colour_text or text_on(self.colour)


def widget_mistakes(knobs: WidgetKnobs) -> Iterator[tuple[str, str]]:
    """Yield (path, what is wrong); a colour nobody could read is refused, not shown."""
    named = {"colour": knobs.colour, "colour_text": knobs.colour_text or WHITE}
    wrong = [name for name, colour in named.items() if not _COLOUR.fullmatch(colour)]
    yield from ((f"widget.{name}", "is written as #1e4d43") for name in wrong)
    if not wrong:
        yield from _unreadable(knobs)
    if not knobs.languages or not all(_LANGUAGE.fullmatch(each) for each in knobs.languages):
        yield "widget.languages", "names at least one language, as in en or pt-BR"
    if knobs.idle_after.span <= timedelta(0):
        yield "widget.idle_after", "is longer than nothing, as in hard 24h"


def _unreadable(knobs: WidgetKnobs) -> Iterator[tuple[str, str]]:
    to_page = contrast(knobs.colour, WHITE)
    if to_page < CONTROLS:
        told = f"has a contrast of {_told(to_page)} to a white page, controls need {CONTROLS}"
        yield "widget.colour", f"{told}: take a darker one"
    to_text = contrast(knobs.colour, knobs.text)
    if to_text < TEXT:
        told = f"has a contrast of {_told(to_text)} to widget.colour, text needs {TEXT}"
        yield "widget.colour_text", f"{told}: leave it out, and {text_on(knobs.colour)} is taken"


def _told(ratio: float) -> str:
    return f"{int(ratio * 100) / 100:.2f}"  # cut, not rounded: 4.496 is not 4.5
