"""Order numbers as people type them, in canonical form. Pure; knows no store and no order.

Canonical means upper case without inner spaces. The shapes of the five storefronts also get
their separators back: `sd100234` is `SD-100234`, `hd 55821` is `HD/55821`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """One span of the text and the value it stands for."""

    start: int
    end: int
    value: str


_START = r"(?<![A-Za-z0-9+$£€.,/-])"
_END = r"(?![A-Za-z0-9])(?![-/][A-Za-z0-9])"
_GAP = r"[ \t]?[-/ ]?[ \t]?"

# Pattern and how its groups are joined, one line for each storefront's own shape.
_KNOWN: list[tuple[re.Pattern[str], str]] = [
    (re.compile(rf"{_START}(sc){_GAP}(\d{{8}}){_GAP}(\d{{2}}){_END}", re.I), "{0}-{1}-{2}"),
    (re.compile(rf"{_START}(sd){_GAP}(\d{{3}})[ ]?(\d{{3}}){_END}", re.I), "{0}-{1}{2}"),
    (re.compile(rf"{_START}(hd){_GAP}(\d{{5}}){_END}", re.I), "{0}/{1}"),
    (
        re.compile(rf"{_START}(gb)[ -]?(\d{{2}}){_GAP}(\d{{4}}){_END}(?![ ]?\d)", re.I),
        "{0}{1}-{2}",
    ),
    (
        re.compile(rf"(?<!\d[ -]){_START}(\d{{4}})[ -](\d{{4}})[ -](\d{{4}}){_END}(?![ ]\d{{4}})"),
        "{0}{1}{2}",
    ),
]
_CUE = r"(?:\border\b|\bord\b|\bnumber\b|\bnr\b|\bno\b|\bref(?:erence)?\b|\bid\b|\bpurchase\b|#)"
_CUED = re.compile(
    rf"{_CUE}(?:[ \t]*(?:number|nr|no|id|ref|is|was|it's|\.|:|#|=))*[ \t]*"
    rf"(?<![A-Za-z0-9])([A-Za-z0-9][A-Za-z0-9/-]{{3,31}})(?![A-Za-z0-9])",
    re.I,
)
_PREFIXED = re.compile(
    rf"{_START}([A-Za-z]{{1,4}}(?:\d{{1,3}}[-/]\d{{4,}}|[-/]?\d{{4,}})(?:[-/]\d+)*){_END}"
)
_DIGITS = re.compile(rf"{_START}(\d{{6,12}}){_END}")
_SPACED = re.compile(r"(?<![\d+$£€.,])(?<!\d[ -])\d(?:[ -]?\d){11}(?![ -]?\d)(?![.,]\d)")
_WHOLE = re.compile(r"\s*[#(\"']?\s*([A-Za-z0-9][A-Za-z0-9/-]{3,31})[\s.!?,)\"']*$")

_DATE = re.compile(
    r"(?:19|20)\d{2}[-/.]?(?:0[1-9]|1[0-2])[-/.]?(?:0[1-9]|[12]\d|3[01])$"
    r"|\d{1,2}[-/]\d{1,2}[-/](?:\d{2}|\d{4})$|\d{1,2}/\d{1,2}$"
)
_MEASURE = re.compile(r"\d+(?:gb|tb|mb|ml|cm|mm|kg|g|mah|w|hz|p|px|th|st|nd|rd|pm|am|k)$", re.I)
_CURRENCY = re.compile(r"(?:usd|eur|gbp|rs|inr|aud|cad)[-/]?\d", re.I)
# A telephone number with its country, or a bank account (IBAN).
_LONG_NUMBER = re.compile(r"\+\d[\d ()-]{6,}\d|\b[A-Z]{2}\d{2} ?[A-Z]{4}(?: ?\d{2,4}){3,6}", re.I)
_NOT_BEFORE = re.compile(
    r"(?:phone|tel|telephone|mobile|cell|call(?: me)?|whatsapp|text me|contact number|zip"
    r"|zip ?code"
    r"|post ?code|postal code|sku|tracking|awb|parcel|card|cvv|model|item code)"
    r"(?:[ \t]*(?:number|no|code|is|was|on|at|it's|\.|:|#))*[ \t]*$",
    re.I,
)


def canonical(raw: str) -> str:
    """Return `raw` in canonical form, with the separators of a known shape."""
    for pattern, shape in _KNOWN:
        match = pattern.fullmatch(raw.strip())
        if match:
            return shape.format(*match.groups()).upper()
    return re.sub(r"\s+", "", raw).upper()


def find_order_numbers(text: str) -> list[Found]:
    """Every order number in `text`, left to right, without overlaps."""
    # Its groups of digits would each look like an order number.
    text = _LONG_NUMBER.sub(lambda found: "." * len(found.group()), text)
    taken: list[Found] = []
    for found in _candidates(text):
        free = all(found.end <= other.start or other.end <= found.start for other in taken)
        if free and not _NOT_BEFORE.search(text[: found.start]):
            taken.append(found)
    return sorted(taken, key=lambda found: found.start)


def _candidates(text: str) -> Iterator[Found]:
    """Likeliest shapes first: an earlier one keeps its characters."""
    for pattern, shape in _KNOWN:
        for match in pattern.finditer(text):
            yield Found(match.start(), match.end(), shape.format(*match.groups()).upper())
    for pattern in (_CUED, _PREFIXED, _DIGITS):
        for match in pattern.finditer(text):
            yield from _plausible(match.group(1), match.start(1))
    for match in _SPACED.finditer(text):
        if not _DATE.match(match.group()[:10]):
            yield Found(match.start(), match.end(), re.sub(r"[ -]", "", match.group()))
    whole = _WHOLE.match(text)
    if whole:
        yield from _plausible(whole.group(1), whole.start(1))


def _plausible(raw: str, start: int) -> Iterator[Found]:
    trimmed = raw.rstrip("-/")
    if sum(letter.isdigit() for letter in trimmed) >= 3 and _other_thing(trimmed) is None:
        yield Found(start, start + len(trimmed), canonical(trimmed))


def _other_thing(raw: str) -> str | None:
    """What `raw` is when it is no order number."""
    if _DATE.match(raw):
        return "date"
    if _MEASURE.fullmatch(raw):
        return "measure"
    return "amount" if _CURRENCY.match(raw) else None


def mask(text: str) -> str:
    """Return `text` with order numbers as one word and other digits as zero.

    Which number it is says nothing about what the buyer wants, only that there is one.
    """
    parts: list[str] = []
    last = 0
    for found in find_order_numbers(text):
        parts += [text[last : found.start], " ordernumber "]
        last = found.end
    return re.sub(r"\d", "0", "".join([*parts, text[last:]]))
