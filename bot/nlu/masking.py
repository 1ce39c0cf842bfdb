"""Text as the intent classifier reads it: what is named gives way to a word for its kind."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.nlu.entities import shop_matcher
from bot.nlu.order_numbers import mask

_WORD_OF = {
    "product": "product",
    "code": "codenumber",
    "email": "emailaddress",
    "case_number": "casenumber",
    "member_id": "memberid",
    "rating": "ratingmark",
}
# Letters of other scripts: too few are taught to learn their words; that they are there says all.
_SCRIPTS = r"[\u0370-\u1fff\u2e80-\ud7ff\uf900-\ufeff]+"
_FOREIGN = re.compile(rf"{_SCRIPTS}(?:\s+{_SCRIPTS})*")


@lru_cache(maxsize=1)  # both featurizers ask for the same message, one after the other
def masked(text: str) -> str:
    """Return `text` with numbers, codes, addresses, goods and foreign scripts as one word each.

    Which goods they are says nothing about what the buyer wants: "cancel the lamp" and "cancel the
    red linen dress" are one wish.

    Example:
        >>> masked("cancel the red linen dress")
        'cancel the  product '
    """
    parts: list[str] = []
    last = 0
    entities = shop_matcher().find(text)
    orders = {found.start for found in entities if found.entity == "order_number"}
    for found in entities:
        if found.entity in _WORD_OF and found.start not in orders:
            parts += [mask(text[last : found.start]), f" {_WORD_OF[found.entity]} "]
            last = found.end
    return _FOREIGN.sub(" foreignwords ", "".join([*parts, mask(text[last:])]))
