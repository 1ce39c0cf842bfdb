"""Finds what of an address is not written in English letters, and how it may be written. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

Latin = Callable[[str], str]

_LABEL = re.compile(r"^\s*([A-Za-z][A-Za-z ]{1,24}?)\s*[:=]\s*(.+)$")
_PARTS = re.compile("[\n;,\uff0c\u3001]+")
# What a phone puts in by itself is no letter of another language.
_TYPOGRAPHY = str.maketrans({"\u2019": "'", "\u2018": "'", "\u2013": "-", "\u2014": "-"})


@dataclass(frozen=True, slots=True)
class OddField:
    """A field with other letters, and the same in English ones."""

    name: str
    written: str
    suggestion: str


def without_accents(text: str) -> str:
    """Return the text with its accents taken off; letters of other scripts are left out."""
    spread = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return "".join(sign for sign in spread if sign.isascii())


def odd_fields(fields: Mapping[str, str], latin: Latin) -> list[OddField]:
    """Return the fields of an address that are not in English letters, in their order."""
    plain = {name: value.translate(_TYPOGRAPHY) for name, value in fields.items()}
    return [
        OddField(name, value, " ".join(latin(value).split()))
        for name, value in plain.items()
        if not value.isascii()
    ]


def typed_fields(text: str) -> dict[str, str]:
    """Return the parts of an address that somebody typed, by their names or their places."""
    return dict(_named(part for part in _PARTS.split(text) if part.strip()))


def _named(parts: Iterable[str]) -> Iterable[tuple[str, str]]:
    for place, part in enumerate(parts, 1):
        labelled = _LABEL.match(part)
        if labelled:
            yield labelled.group(1).strip().lower(), labelled.group(2).strip()
        else:
            yield f"part {place}", part.strip()


def looks_like_address(text: str) -> bool:
    """Whether a text may be an address: several parts, a number in one, or other letters."""
    parts = [part for part in _PARTS.split(text) if part.strip()]
    has_number = any(sign.isdigit() for sign in text)
    return len(parts) > 1 or has_number or not text.translate(_TYPOGRAPHY).isascii()
