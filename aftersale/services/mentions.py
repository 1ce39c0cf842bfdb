"""What a whole message says about an order: goods by name, or the day it was placed. Pure.

It knows the buyer's own orders and nothing of language, so it also reads what the engine did not.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from aftersale.domain.orders import Order
from aftersale.services.matching import one_slip, stem, words_of
from aftersale.services.talk import TALK

Fit = tuple[Order, set[str]]

_WORD = re.compile(r"[^\W\d_]{3,}")
_DOUBLED = re.compile(r"(.)\1+")
_SHORT_WORD = re.compile(r"[^\W\d_]{2,}")
_LIST = re.compile(r"\band\b|[,&+]")
_FUZZY_FROM = 5  # letters: shorter words are one slip away from too many others
_LONGER_BY = 2  # letters a name may go on after what was typed
# "cancel the sofa": an order is meant by what is in it, also when none of them holds it.
_OBJECT = re.compile(
    r"\bcancel\w*\s+(?:the|my|that|those|these)\s+([^.?!,;]+?)"
    r"(?:\s+(?:please|pls|now|for|because|cause|and|as|it|i|asap|thanks|thx)\b.*)?[\s.?!]*$"
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PLACED = re.compile(
    r"\b(?:from|of|placed|ordered|bought|made|purchased)\s+(?:it\s+|them\s+|this\s+)?(?:on\s+)?"
    rf"(?:last\s+)?(today|yesterday|week|{'|'.join(_DAYS)})\b"
)
_AGO = re.compile(r"\b(?:from|placed|ordered|bought|made)\b.{0,12}?\b(\d{1,2}) days ago\b")


def by_mention(orders: Sequence[Order], text: str) -> list[Order]:
    """Return the orders whose goods `text` names, misspelt or not; none when it names none.

    The ones that most words fit; in a list ("the oil and the pan") each that a word is left for.
    """
    said = {w for w in _WORD.findall(text.casefold()) if not TALK & {w, stem(w)}}
    fitting = _fitting(orders, said, _names) or _fitting(orders, said, _nearly_names)
    return _listed(fitting) if _LIST.search(text.casefold()) else _best(fitting)


def asks_for_goods(text: str) -> bool:
    """Whether `text` wants something cancelled that it calls by a name of its own."""
    match = _OBJECT.search(text.casefold())
    named = _SHORT_WORD.findall(match.group(1)) if match else []
    return bool(named) and not any(TALK & {word, stem(word)} for word in named)


def by_day(orders: Sequence[Order], text: str, now: datetime, zone: str) -> list[Order] | None:
    """Return the orders placed on the day that `text` names; None when it names none."""
    local = ZoneInfo(zone)
    days = _days_named(text.casefold(), now.astimezone(local).date())
    if days is None:
        return None
    return [o for o in orders if o.placed_at.astimezone(local).date() in days]


def _days_named(text: str, today: date) -> set[date] | None:
    if match := _AGO.search(text):
        return {today - timedelta(days=int(match[1]))}
    match = _PLACED.search(text)
    if match is None:
        return None
    name = match[1]
    if name in _DAYS:  # said on a Tuesday, "tuesday" is today or a week ago
        back = (today.weekday() - _DAYS.index(name)) % 7
        return {today - timedelta(days=back), today - timedelta(days=back or 7)}
    if name == "week":
        monday = today - timedelta(days=today.weekday() + 7)
        return {monday + timedelta(days=n) for n in range(7)}
    return {today - timedelta(days=1)} if name == "yesterday" else {today}


def _fitting(
    orders: Sequence[Order], said: Iterable[str], fits: Callable[[str, Order], bool]
) -> list[Fit]:
    """Return the orders that some of the words fit, the best fitting first, with these words."""
    pairs = [(order, {word for word in said if fits(word, order)}) for order in orders]
    return sorted((p for p in pairs if p[1]), key=lambda pair: len(pair[1]), reverse=True)


def _best(fitting: Sequence[Fit]) -> list[Order]:
    most = max((len(words) for _, words in fitting), default=0)
    return [order for order, words in fitting if len(words) == most]


def _listed(fitting: Sequence[Fit]) -> list[Order]:
    kept: list[Fit] = []
    for order, words in fitting:
        explained = set().union(*(other for _, other in kept))
        if words - explained or any(words == other for _, other in kept):
            kept.append((order, words))
    return [order for order, _ in kept]


def _names(word: str, order: Order) -> bool:
    typed = stem(word)
    return any(name == typed or _begins(typed, name) for name in words_of(order))


def _begins(typed: str, name: str) -> bool:
    return len(typed) > 3 and name.startswith(typed) and len(name) - len(typed) <= _LONGER_BY


def _nearly_names(word: str, order: Order) -> bool:
    typed = stem(word)
    if any(_undoubled(typed) == _undoubled(name) for name in words_of(order)):
        return True
    return len(word) >= _FUZZY_FROM and any(
        len(name) > 3 and name[0] == typed[0] and one_slip(typed, name) for name in words_of(order)
    )


def _undoubled(word: str) -> str:
    """Return the word with every letter once in a row: doubling is the commonest slip."""
    return _DOUBLED.sub(r"\1", word)
