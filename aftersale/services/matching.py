"""Match what a buyer typed against their own orders. Pure."""

import re
from collections.abc import Sequence

from aftersale.domain.orders import Order

_PREFIX = re.compile(
    r"^(?:(?:my|the|order|number|nummer|no|nr|ref|reference|id)\b[\s.:#]+|[#№:]\s*)+"
)
_NOT_CODE = re.compile(r"[^0-9A-Z/-]")
_SEPARATORS = re.compile(r"[-/]")
_WORD = re.compile(r"\w+")
_IDLE = frozenset(
    {
        "a", "an", "and", "any", "bought", "buy", "for", "from", "got", "i", "in", "is", "it",
        "its", "last", "me", "mine", "my", "of", "on", "one", "ones", "or", "order", "ordered",
        "orders", "our", "that", "the", "them", "these", "this", "those", "to", "was", "with",
        "you",
    }
)  # fmt: skip
_SHORTEST_NEAR = 6  # signs of a number that may hold a slip
_SHORTEST_TAIL = 4  # digits a buyer may give instead of the whole number


def canonical(text: str) -> str:
    """Return an order number as it is compared: upper case, without prefix words and spaces."""
    bare = _PREFIX.sub("", text.strip().lower())
    return _NOT_CODE.sub("", bare.upper())


def compact(number: str) -> str:
    """Return a number without its separators."""
    return _SEPARATORS.sub("", number.upper().replace(" ", ""))


def by_tail(orders: Sequence[Order], number: str) -> list[Order]:
    """Return the orders whose number equals or ends in `number`, separators aside."""
    wanted = compact(number)
    same = [order for order in orders if compact(order.number) == wanted]
    if same or len(wanted) < _SHORTEST_TAIL or not wanted.isdigit():
        return same
    return [order for order in orders if compact(order.number).endswith(wanted)]


def by_words(orders: Sequence[Order], words: str) -> list[Order]:
    """Return the orders that fit most of the words, as sorted before; none when none fits."""
    wanted = [stem(w) for w in _WORD.findall(words.casefold()) if w not in _IDLE]
    scored = [(sum(_fits(w, order) for w in wanted), order) for order in orders]
    best = max((score for score, _ in scored), default=0)
    return [order for score, order in scored if best and score == best]


def _fits(word: str, order: Order) -> bool:
    """Tell whether a line of the order is called so: a prefix is enough for longer words."""
    return any(
        name == word or (len(word) > 3 and name.startswith(word)) for name in words_of(order)
    )


def words_of(order: Order) -> set[str]:
    """Return the words its lines are called by: names, SKUs and options, without plurals."""
    return {
        name
        for line in order.lines
        for text in (line.name, line.sku, *line.options.values())
        for name in {stem(w) for w in _WORD.findall(text.casefold())} | {stem(text.casefold())}
    }


def near(orders: Sequence[Order], number: str) -> list[Order]:
    """Return the orders whose number differs by a digit lost, added or swapped.

    Changed or swapped ones count only before the last two: numbers given in a row differ there.
    """
    wanted = compact(number)
    return [order for order in orders if _mistyped(wanted, compact(order.number))]


def _mistyped(typed: str, number: str) -> bool:
    if len(typed) < _SHORTEST_NEAR or abs(len(typed) - len(number)) > 1:
        return False
    return one_slip(typed, number) and (len(typed) != len(number) or typed[-2:] == number[-2:])


def one_slip(left: str, right: str) -> bool:
    """Whether one sign added, left out, changed or swapped with the next makes them equal."""
    short, long = sorted((left, right), key=len)
    at = next((i for i, sign in enumerate(short) if sign != long[i]), len(short))
    if len(short) == len(long):
        swapped = short[:at] + short[at + 1 : at + 2] + short[at : at + 1] + short[at + 2 :]
        return short[at + 1 :] == long[at + 1 :] or swapped == long
    return len(long) - len(short) == 1 and short[at:] == long[at + 1 :]


def stem(word: str) -> str:
    """Drop a plural s: "shoes" and "shoe" are one word."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
