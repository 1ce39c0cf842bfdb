"""What an answer stands for: a number, a title or a pressed button of what was offered last.

Most buttons are minted with a message and known to the store. Those of a rating that we ask for
here are not: their id says itself what they mean.
"""

import re
from collections.abc import Sequence

from aftersale.domain.articles import RatingSubject
from aftersale.domain.channels import Choice

STARS = range(1, 6)
_RATES = "rate:"  # no minted id has a colon
_NUMBER = re.compile(r"[#(]?\s*(\d{1,3})\s*[.):]?")
_KEYCAP = str.maketrans("", "", "\ufe0f\u20e3")  # 2 in a box is a 2


def chosen(choices: Sequence[Choice], text: str) -> Choice | None:
    """Return which choice a typed answer means: by its title, else by its number."""
    said = " ".join(text.split()).casefold()
    titled = [each for each in choices if " ".join(each.title.split()).casefold() == said]
    if titled:
        return titled[0]
    number = _NUMBER.fullmatch(said.translate(_KEYCAP))
    place = int(number[1]) if number else 0
    return choices[place - 1] if 1 <= place <= len(choices) else None


def star_choices(subject: RatingSubject) -> list[Choice]:
    """Return one to five stars, in the order of their numbers."""
    return [Choice(f"{_RATES}{subject.value}:{stars}", str(stars)) for stars in STARS]


def rated(button_id: str) -> tuple[RatingSubject, int] | None:
    """Return which rating a button gives; None: it is an ordinary one."""
    if not button_id.startswith(_RATES):
        return None
    subject, _, stars = button_id.removeprefix(_RATES).partition(":")
    known = [each for each in RatingSubject if each.value == subject]
    number = int(stars) if stars in map(str, STARS) else 0
    return (known[0], number) if known and number else None
