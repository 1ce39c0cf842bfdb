"""Cuts texts to what a channel takes: at paragraphs, never inside a word or a visible sign.

Lengths are counted in UTF-16 units: no provider counts a sign as more than that.
"""

import unicodedata
from collections.abc import Iterator
from itertools import accumulate

CUT_MARK = "…"
_EARLIEST = 3  # a part is at least a third full before a paragraph's end is taken
_ENDS = ("\n\n", "\n", " ")
_JOINER = "\u200d"


def length(text: str) -> int:
    """Return how long a text is, in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, most: int) -> list[str]:
    """Return the text in parts of at most so many units."""
    parts, rest = [], text.strip()
    while length(rest) > most:
        at = _cut(rest, _within(rest, most))
        parts.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [part for part in (*parts, rest) if part]


def shortened(title: str, most: int) -> str | None:
    """Return a title in at most so many units, cut after a word; None: no word fits."""
    said = " ".join(title.split())
    if length(said) <= most:
        return said
    end = said[: _within(said, most - length(CUT_MARK)) + 1].rfind(" ")
    return said[:end].rstrip(" ,;:.-") + CUT_MARK if end > 0 else None


def _within(text: str, most: int) -> int:
    """Return how many characters fit; at least one."""
    used = accumulate(2 if sign > "\uffff" else 1 for sign in text[:most])
    return max(sum(1 for units in used if units <= most), 1)


def _cut(text: str, most: int) -> int:
    """Return where the first part ends: after a paragraph, a line, a word or a whole sign."""
    for end in _ENDS:
        at = text.rfind(end, 0, most + len(end))
        if at >= max(1, most // _EARLIEST):
            return at
    spaces = [at for at in _spaces(text[: most + 1]) if at]
    if spaces:
        return spaces[-1]
    at = most
    while at > 1 and _belongs(text, at):
        at -= 1
    return at if at > 1 or not _belongs(text, 1) else most


def _spaces(text: str) -> Iterator[int]:
    return (at for at, sign in enumerate(text) if sign.isspace())


def _belongs(text: str, at: int) -> bool:
    """Whether what stands there is one sign with what stands before."""
    before, sign = text[at - 1], text[at]
    if _JOINER in (before, sign) or unicodedata.category(sign) in {"Mn", "Me", "Mc"}:
        return True
    if "\u1160" <= sign <= "\u11ff":
        return True  # the rest of a syllable
    if "\U0001f3fb" <= sign <= "\U0001f3ff" or "\U000e0020" <= sign <= "\U000e007f":
        return True  # the colour of a hand, the tail of a flag
    if _is_flag_half(before) and _is_flag_half(sign):
        halves = 0
        while halves < at and _is_flag_half(text[at - 1 - halves]):
            halves += 1
        return halves % 2 == 1
    return (before, sign) == ("\r", "\n")


def _is_flag_half(sign: str) -> bool:
    return "\U0001f1e6" <= sign <= "\U0001f1ff"
