"""Codes, case numbers, member IDs, e-mail addresses and ratings as people type them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Typed:
    """One of them: which kind, where it stands, and its value in canonical form."""

    kind: str
    start: int
    end: int
    value: str


_START = r"(?<![A-Za-z0-9@./-])"
_END = r"(?![A-Za-z0-9@])(?![-/][A-Za-z0-9])"
_DASH = r"[ \t]?[-\u2010-\u2015.]?[ \t]?"
_LINK = r"(?:[ \t]*(?:number|nr|no|id|ref|is|was|it's|\.|:|#|=))*[ \t]*"
_EMAIL = re.compile(r"(?<![\w.+@-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.\w{2,}(?!@)")
# C-7K3M-92QD as `make_case_number` makes it; the dashes and the case of letters are often lost.
_CASE = re.compile(rf"{_START}#?c{_DASH}([0-9a-z]{{4}}){_DASH}([0-9a-z]{{4}}){_END}", re.I)
_CASE_TAIL = re.compile(
    rf"\b(?:case|ticket|claim|complaint|request)\b{_LINK}{_START}"
    rf"([0-9a-z]{{4}})[ -]?([0-9a-z]{{4}}){_END}",
    re.I,
)
_READ_AS = str.maketrans("OIL", "011")  # letters that a case number never has
_GROUP_ORDER = re.compile(r"[a-z]{2}\d{2}-?\d{4}", re.I)
_MEMBER = re.compile(rf"{_START}(m-?\d{{5}}){_END}", re.I)
_CUED_MEMBER = re.compile(
    rf"\bmember[ -]?(?:id|number|no|nr|#)?{_LINK}{_START}([a-z]{{0,3}}-?\d{{3,12}}){_END}", re.I
)
_SIX = re.compile(rf"{_START}(?:\d{{6}}|\d{{3}}[ -]\d{{3}}|\d(?: \d){{5}}){_END}(?![ ]\d)")
_GROUPS = re.compile(
    rf"{_START}(?=[a-z-]*\d)(?=[\d-]*[a-z])[0-9a-z]{{3}}-[0-9a-z]{{3}}{_END}", re.I
)
_GLUED = re.compile(rf"{_START}(?=[0-9a-z]*[a-z]\d)(?=[0-9a-z]*\d[a-z])[0-9a-z]{{6}}{_END}", re.I)
_MIXED = re.compile(rf"{_START}(?=[a-z]*\d)(?=\d*[a-z])[0-9a-z]{{6}}{_END}", re.I)
_CODE_WORD = re.compile(r"(?:(\w+) +)?\b(?:code|cod|digits)\b", re.I)
_OTHER_CODES = frozenset(
    {"zip", "post", "postal", "area", "promo", "coupon", "discount", "voucher", "product"}
    | {"item", "error", "country", "pickup"}
)
_ORDER_BEFORE = re.compile(
    r"(?:\border\b|\bord\b|\bpurchase\b|\b(?:sd|sc|hd|gb)|#)"
    r"(?:[ \t-]*(?:number|nr|no|id|ref|is|was|\.|:|=))*[ \t-]*$",
    re.I,
)
_FILLER = re.compile(
    r"(?:\b(?:it'?s|it is|here|you go|you are|there|the|ok|okay|sure|yes|please|pls|thanks|is"
    r"|hi|hm+|um+)\b|[\s.,:;!?'\"()-])+",
    re.I,
)
_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_MARK = rf"(?P<mark>[1-5]|{'|'.join(_WORDS)})"
_COUNTS_GOODS = (
    r"(?:arriv|came|come|are\b|is\b|were|was\b|missing|items?|piece|pcs|parcel|thing|product|box)"
)
_COUNTS_TIME = r"(?:day|week|hour|minute|month|more|or|out of 10)"
_SCORES = (
    r"rat(?:e|ed|ing)|score|mark"
    r"|(?:give|gave|giving|gets?)(?: (?:it|you|this|them|him|her))?"
)
_RATINGS = [
    re.compile(pattern, re.I)
    for pattern in (
        rf"(?<![\d.,/]){_MARK}\s*out of\s*(?:5|five)\b(?!\s+(?:\w+\s+)?{_COUNTS_GOODS})",
        rf"(?<![\d.,/-])(?<!on )(?<!by )(?<!since ){_MARK}\s*/\s*5(?![\d/])",
        rf"^\W*{_MARK} of (?:5|five)\W*$",
        rf"(?<![\d.,/])\b{_MARK}[ -]?stars?\b",
        rf"\bstars?\b\W{{0,3}}{_MARK}\b(?![.,/]\d)",
        rf"\b(?:{_SCORES})\b(?:\W+(?:it|you|this|them|is|an?|solid|only|just|with|of|was|my))*"
        rf"\W+{_MARK}\b(?![.,/]\d|\s*%)(?!\s+(?:{_COUNTS_TIME}|{_COUNTS_GOODS}))",
        rf"^\W*(?:(?:i'?d|i would|i) say|(?:a )?solid|an?)\W+{_MARK}(?: from me)?\W*$",
    )
]
_STARS = re.compile(r"(?:[\u2B50\u2605\U0001F31F]\uFE0F?\s?){1,5}")


def find_typed(text: str) -> list[Typed]:
    """Every one of them in `text`, left to right, without overlaps; the first kind found wins."""
    taken: list[Typed] = []
    for source in (_emails, _cases, _members, _codes, _ratings):
        for found in source(text):
            if all(found.end <= other.start or other.end <= found.start for other in taken):
                taken.append(found)
    return sorted(taken, key=lambda found: found.start)


def is_alone(text: str, found: Typed) -> bool:
    """Whether `text` says nothing but this."""
    return not _FILLER.sub("", text[: found.start] + " " + text[found.end :])


def _emails(text: str) -> Iterator[Typed]:
    for match in _EMAIL.finditer(text):
        yield Typed("email", match.start(), match.end(), match.group().lower())


def _cases(text: str) -> Iterator[Typed]:
    for match in _CASE.finditer(text):
        digits, letters = _counts(match.group(1) + match.group(2))
        dashed = match.group().count("-") == 2
        glued = match.group().lstrip("#").isalnum()
        likely = digits and letters > glued and not _after_order(text, match.start())
        if dashed or likely:
            yield _case(match)
    for match in _CASE_TAIL.finditer(text):
        digits, letters = _counts(match.group(1) + match.group(2))
        whole = text[match.start(1) : match.end(2)]
        if digits and letters > 1 and not _GROUP_ORDER.fullmatch(whole):
            yield _case(match, match.start(1))


def _case(match: re.Match[str], start: int | None = None) -> Typed:
    first, second = (match.group(n).upper().translate(_READ_AS) for n in (1, 2))
    at = match.start() if start is None else start
    return Typed("case_number", at, match.end(), f"C-{first}-{second}")


def _members(text: str) -> Iterator[Typed]:
    for pattern in (_CUED_MEMBER, _MEMBER):
        for match in pattern.finditer(text):
            if not _after_order(text, match.start(1)):
                yield Typed("member_id", match.start(1), match.end(1), match.group(1).upper())


def _codes(text: str) -> Iterator[Typed]:
    about_codes = any(
        (before.group(1) or "").lower() not in _OTHER_CODES for before in _CODE_WORD.finditer(text)
    )
    for pattern in (_GROUPS, _SIX, _MIXED if about_codes else _GLUED):
        for match in pattern.finditer(text):
            value = re.sub(r"[ -]", "", match.group()).upper()
            value = f"{value[:3]}-{value[3:]}" if not value.isdigit() else value
            found = Typed("code", match.start(), match.end(), value)
            sure = pattern is _GROUPS or about_codes or is_alone(text, found)
            if sure and not _after_order(text, match.start()):
                yield found


def _ratings(text: str) -> Iterator[Typed]:
    for pattern in _RATINGS:
        for match in pattern.finditer(text):
            mark = match["mark"].lower()
            value = str(_WORDS.get(mark, mark))
            yield Typed("rating", match.start("mark"), match.end(), value)
    for match in _STARS.finditer(text):
        stars = len(re.findall(r"[\u2B50\u2605\U0001F31F]", match.group()))
        yield Typed("rating", match.start(), match.end(), str(stars))


def _after_order(text: str, start: int) -> bool:
    return bool(_ORDER_BEFORE.search(text[:start]))


def _counts(text: str) -> tuple[int, int]:
    return sum(c.isdigit() for c in text), sum(c.isalpha() for c in text)
