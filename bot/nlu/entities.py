"""Find orders, goods, dates, codes, wishes and reasons in a text by pattern. No model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.nlu.blank import blank_english
from bot.nlu.order_numbers import find_order_numbers
from bot.nlu.phrases_file import lines_of, valued
from bot.nlu.typed_answers import Typed, find_typed, is_alone


@dataclass(frozen=True)
class Entity:
    """One thing named in a text."""

    entity: str
    start: int
    end: int
    value: str


_SKU = re.compile(
    r"\b(?:sku|item (?:no|number|code)|product code|article (?:no|number))[ .:#]*"
    r"([A-Za-z0-9][A-Za-z0-9-]{2,31})(?![A-Za-z0-9])",
    re.I,
)
_ROWS = {"second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6"}
_ROW = re.compile(
    r"\W*(?:(?:it's|its|the|no|number|nr|option|row|choice|line)\W+)*([1-9])(?:st|nd|rd|th)?"
    r"(?:\W+(?:one|please|pls|thanks))*\W*",
    re.I,
)
_ORDINAL_ROW = re.compile(
    rf"(?<!\bon the )\b({'|'.join(_ROWS)}|[2-6](?:nd|rd|th))\b"
    r"(?=\s+(?:one|order|in the list)\b|\W*$)",
    re.I,
)
_ISO_DATE = re.compile(r"(?<![\w-])(?:19|20)\d\d-\d\d-\d\d(?![\w-])")
_VAGUE = frozenset({"other", "none"})  # words that say so only where they say nearly all
_REFUSING = frozenset({"no", "not", "n't", "nt", "never", "than", "instead", "without", "against"})
_MONTHS = [
    *("january", "february", "march", "april", "june", "july", "august", "september"),
    *("october", "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug"),
    *("sep", "sept", "oct", "nov", "dec"),  # not may: people say it all the time
]
_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_CURRENCIES = [
    *("dollars", "dollar", "usd", "bucks", "euros", "euro", "eur"),
    *("pounds", "pound", "gbp", "quid"),
]
_NUMBER = {"TEXT": {"REGEX": r"^\d{1,3}(,\d{3})*(\.\d{1,2})?$|^\d+(\.\d{1,2})?$"}}
_ORDINAL = {"LOWER": {"REGEX": r"^([1-9]|[12]\d|3[01])(st|nd|rd|th)?$"}}
_MONTH = {"LOWER": {"IN": _MONTHS}}
_PATTERNS: dict[str, list[list[dict[str, Any]]]] = {
    "amount": [
        [{"TEXT": {"IN": ["$", "£", "€"]}}, _NUMBER],
        [_NUMBER, {"LOWER": {"IN": _CURRENCIES}}],
        [{"LOWER": {"IN": ["usd", "eur", "gbp"]}}, _NUMBER],
    ],
    "date": [
        [{"LOWER": {"IN": ["today", "yesterday", "tomorrow", "tonight"]}}],
        [
            {"LOWER": {"IN": ["last", "next", "this"]}},
            {"LOWER": {"IN": [*_DAYS, "week", "month"]}},
        ],
        [{"LOWER": {"IN": _DAYS}}],
        [_ORDINAL, _MONTH],
        [_ORDINAL, {"LOWER": "of"}, _MONTH],
        [_MONTH, _ORDINAL],
        [{"TEXT": {"REGEX": r"^(19|20)\d\d-\d\d-\d\d$|^\d{1,2}/\d{1,2}(/\d{2,4})?$"}}],
        [_NUMBER, {"LOWER": {"IN": ["day", "days", "week", "weeks"]}}, {"LOWER": "ago"}],
    ],
    "seller": [
        [
            {"LOWER": {"IN": ["seller", "vendor", "merchant", "supplier"]}},
            {"TEXT": ":", "OP": "?"},
            {"TEXT": {"REGEX": r"^[A-Z][A-Za-z&'-]+$"}, "OP": "+"},
        ],
    ],
}


class ShopMatcher:
    """The compiled matchers and phrase lists.

    Example:
        >>> [e.value for e in ShopMatcher().find("cancel sd100234 please")]
        ['SD-100234']
    """

    def __init__(self) -> None:
        from spacy.matcher import Matcher, PhraseMatcher

        self._nlp = blank_english()
        self._values = {"order_pick": valued("order_pick"), "reason_class": valued("reason_class")}
        self._tokens = Matcher(self._nlp.vocab)
        for name, patterns in _PATTERNS.items():
            self._tokens.add(name, patterns, greedy="LONGEST")
        self._phrases = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        for name, phrases in self._values.items():
            self._phrases.add(name, [self._nlp.make_doc(phrase) for phrase in phrases])
        self._wished = valued("resolution")
        self._wishes = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        self._wishes.add("resolution", [self._nlp.make_doc(phrase) for phrase in self._wished])
        self._goods = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        self._goods.add("product", [self._nlp.make_doc(noun) for noun in lines_of("goods")])
        self._describing = set(lines_of("describing"))

    def find(self, text: str) -> list[Entity]:
        """Every entity in `text`, in order; of overlapping ones the first kind found wins."""
        doc = self._nlp.make_doc(text)
        typed = find_typed(text)
        kept: list[Entity] = []
        for source in (
            [Entity(found.kind, found.start, found.end, found.value) for found in typed],
            _numbers(text),
            _rows(text),
            self._by_phrase(doc),
            self._by_token(doc),
            self._named(doc),
        ):
            for entity in sorted(source, key=lambda e: e.start - e.end):
                if all(entity.end <= k.start or k.end <= entity.start for k in kept):
                    kept.append(entity)
        kept += [*_perhaps_order(text, typed), *self._wish(doc)]
        return sorted(kept, key=lambda e: e.start)

    def _wish(self, doc: Any) -> Iterator[Entity]:
        """The first outcome that is wished for, and not refused: "a new one, no refund"."""
        spans = self._wishes(doc, as_spans=True)
        for span in sorted(spans, key=lambda span: (span.start, -span.end)):
            value = self._wished[span.text.lower()]
            vague = value in _VAGUE and 3 * len(span) <= len(doc)
            if not vague and not _refused(doc, span.start):
                yield Entity("resolution", span.start_char, span.end_char, value)
                return

    def _by_phrase(self, doc: Any) -> Iterator[Entity]:
        for span in self._phrases(doc, as_spans=True):
            value = self._values[span.label_][span.text.lower()]
            yield Entity(span.label_, span.start_char, span.end_char, value)

    def _by_token(self, doc: Any) -> Iterator[Entity]:
        for span in self._tokens(doc, as_spans=True):
            start = span.start
            if span.label_ == "seller":
                start += 2 if doc[start + 1].text == ":" else 1
            named = doc[start : span.end]
            yield Entity(span.label_, named.start_char, named.end_char, named.text)

    def _named(self, doc: Any) -> Iterator[Entity]:
        """Goods with the describing words before them."""
        for span in self._goods(doc, as_spans=True):
            start = span.start
            if _means_no_goods(doc, start, span.end):
                continue
            while start > 0 and doc[start - 1].lower_ in self._describing:
                start -= 1
            whole = doc[start : span.end]
            yield Entity("product", whole.start_char, whole.end_char, whole.text.lower())


@cache
def shop_matcher() -> ShopMatcher:
    """The one matcher of this process."""
    return ShopMatcher()


def _means_no_goods(doc: Any, start: int, end: int) -> bool:
    """Whether a noun for goods stands for a way to talk: "phone number", "by phone"."""
    after = doc[end].lower_ if end < len(doc) else ""
    before = doc[start - 1].lower_ if start > 0 else ""
    return after in {"number", "numbers", "call", "line", "support"} or before in {"by", "via"}


def _refused(doc: Any, start: int) -> bool:
    """Whether the word before, or the third before it, says no: "i don't want a refund"."""
    for token in reversed(doc[max(0, start - 3) : start]):
        if token.is_punct:
            return False
        if token.lower_ in _REFUSING:
            return True
    return False


def _perhaps_order(text: str, typed: list[Typed]) -> Iterator[Entity]:
    """Six digits alone may be a code or an order number: who asked for which takes it."""
    for found in typed:
        digits = text[found.start : found.end].isdigit()
        if found.kind == "code" and digits and is_alone(text, found):
            yield Entity("order_number", found.start, found.end, found.value)


def _rows(text: str) -> Iterator[Entity]:
    """A row of a list that was shown, by its place: "2", "the second one", "number 3 please"."""
    match = _ROW.fullmatch(text) or _ORDINAL_ROW.search(text)
    if match:
        row = match.group(1).lower()
        yield Entity("order_pick", match.start(1), match.end(1), _ROWS.get(row, row[0]))


def _numbers(text: str) -> Iterator[Entity]:
    for match in _SKU.finditer(text):
        if any(letter.isdigit() for letter in match.group(1)):
            yield Entity("sku", match.start(1), match.end(1), match.group(1).upper())
    for match in _ISO_DATE.finditer(text):
        yield Entity("date", match.start(), match.end(), match.group())
    for found in find_order_numbers(text):
        yield Entity("order_number", found.start, found.end, found.value)
