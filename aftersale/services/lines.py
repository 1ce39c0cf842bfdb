"""The lines of an order: a picker to press, and which of them a buyer's words mean."""

import re
from dataclasses import replace
from typing import Any

from aftersale.domain.orders import Order, OrderLine
from aftersale.services.matching import by_words
from aftersale.services.mentions import by_mention
from aftersale.services.terms import open_lines

ALL = "all"  # the line id of a button that means every line
_EVERY = re.compile(r"(?i)\b(?:both|all|everything|every|entire|whole|complete)\b")
_PLACES = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "last": -1}
_BARE = re.compile(r"^\W*\d\W*$")
_PLACE = re.compile(rf"(?i)\b({'|'.join(_PLACES)})\b|^\W*(?:no\.? ?|number ?|#)?(\d)\W*$")


def wanted_lines(order: Order) -> list[OrderLine]:
    """Return the lines that are not cancelled; all of them when every one is."""
    ids = open_lines(order)
    return [line for line in order.lines if line.line_id in ids] or list(order.lines)


def line_picker(order: Order) -> dict[str, Any]:
    """Return the block `line_picker`: a row with a button for each line."""
    rows = [
        {"line_id": x.line_id, "name": x.name, "options": x.options, "quantity": x.quantity}
        for x in wanted_lines(order)
    ]
    return {"type": "line_picker", "number": order.number, "lines": rows}


def lines_meant(order: Order, text: str | None, pressed: str | None = None) -> tuple[str, ...]:
    """Return the ids of the lines that a pressed row or words mean; none when none is meant."""
    ids = tuple(line.line_id for line in wanted_lines(order))
    if pressed:
        return ids if pressed == ALL else tuple(each for each in ids if each == pressed)
    if not text:
        return ()
    by_name = () if _BARE.search(text) else lines_named(order, text)  # "1" is a row, not a SKU
    return by_name or _placed(ids, text) or (ids if _EVERY.search(text) else ())


def lines_named(order: Order, text: str) -> tuple[str, ...]:
    """Return the ids of the lines whose goods the text names; none when it tells none apart."""
    lines = wanted_lines(order)
    single = [replace(order, lines=(line,)) for line in lines]
    fitting = by_mention(single, text) or by_words(single, text)
    if len(fitting) == len(lines) > 1 and not _EVERY.search(text):
        return ()
    return tuple(each.lines[0].line_id for each in fitting)


def _placed(ids: tuple[str, ...], text: str) -> tuple[str, ...]:
    match = _PLACE.search(text)
    if match is None:
        return ()
    at = _PLACES[match[1].lower()] if match[1] else int(match[2]) - 1
    return (ids[at],) if -1 <= at < len(ids) else ()
