"""Order cards and pickers: the fields written out, labelled, and the same as plain text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aftersale.adapters.voice_values import Reader, listed

Phrase = Callable[[str, Mapping[str, Any]], str | None]

ROWS = {"lines": "card_line", "events": "card_event"}  # lists of rows, how a row is worded
FIELD = {"payment_key": "payment"}  # said in words, in the place of the key
PLACES = ("address",)  # lists that are read as one line of an envelope
ASIDES = ("options", "place")
GIST = ("state_label", "items", "amount")  # what one line about an order says after its number


@dataclass(frozen=True, slots=True)
class Card:
    """One order, written out: `texts` are the same fields as plain text, `labels` their names."""

    fields: dict[str, Any]
    texts: dict[str, str]
    labels: dict[str, str]

    @classmethod
    def of(cls, block: Mapping[str, Any], reader: Reader, phrase: Phrase) -> "Card":
        """Write out the fields of a block that came from a use case."""
        named = {**block, "payment_key": phrase(f"payment_{block.get('payment_key')}", block)}
        known = {
            FIELD.get(name, name): value
            for name, value in named.items()
            if value not in (None, "", [])
        }
        labels = {name: phrase(f"card_{name}", {}) for name in known}
        return cls(
            reader.filled(known),
            {name: _plain(name, value, reader, phrase) for name, value in known.items()},
            {name: label for name, label in labels.items() if label},
        )

    def line(self) -> str:
        """Return the order in one line."""
        gist = [self.texts[name] for name in GIST if name in self.texts]
        return ", ".join([self.texts["number"], *gist])

    def block(self, kind: str) -> dict[str, Any]:
        """Return the typed block with its labels and its plain fallback."""
        rows = [f"{label}: {self.texts[name]}" for name, label in self.labels.items()]
        fallback = "\n".join(rows).replace(": \n", ":\n")
        return {**self.fields, "type": kind, "labels": self.labels, "fallback": fallback}


def numbered(titles: Sequence[str], *, after: int = 0) -> str:
    """Return options as people type them: a number and a title a line, counted on from `after`."""
    return "\n".join(f"{place}. {title}" for place, title in enumerate(titles, after + 1))


def line_title(line: Mapping[str, Any], reader: Reader, phrase: Phrase) -> str:
    """Return one line of an order as a button names it."""
    return _row("line_title", line, reader, phrase)


def _plain(name: str, value: Any, reader: Reader, phrase: Phrase) -> str:
    if name in ROWS and isinstance(value, Sequence):
        rows = [_row(ROWS[name], each, reader, phrase) for each in value]
        return rows[0] if len(rows) == 1 else "".join(f"\n- {row}" for row in rows)
    if name in PLACES and isinstance(value, Sequence):
        return ", ".join(str(part) for part in value)
    return reader.text(value)


def _row(response: str, row: Mapping[str, Any], reader: Reader, phrase: Phrase) -> str:
    said = {**row, **{name: _aside(row[name]) for name in ASIDES if name in row}}
    spoken = phrase(response, {name: value or " " for name, value in said.items()})
    return " ".join(
        (spoken or listed([reader.text(each) for each in row.values()])).split()
    ).replace(" ,", ",")


def _aside(value: Any) -> str:
    """Return what stands in brackets: the options of goods, the place of a scan."""
    parts = value.values() if isinstance(value, Mapping) else [value] if value else []
    inside = ", ".join(str(part) for part in parts)
    return f"({inside})" if inside else ""
