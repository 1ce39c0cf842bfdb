"""The crowd of the bench: each buyer plays a recorded script on orders that are theirs alone."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

from aftersale.demo.keys import sign_for
from aftersale.demo.transcripts import DIRECTION, NOW, SCRIPTS, Script
from aftersale.domain.parties import Buyer
from aftersale.store.database import make_engine
from aftersale.store.demo_data import make_demo
from aftersale.store.orders_import import import_lines

Entry = dict[str, Any]
PLAIN = frozenset({"hi", "thanks"})  # answered by wording alone; every other line takes an action
SHAPES: dict[str, Callable[[int], str]] = {  # order numbers as each storefront writes them
    "seller-direct": lambda n: f"SD-{200_000 + n}",
    "supplier-consent": lambda n: f"SC-{20300000 + n // 90:08d}-{10 + n % 90}",
    "status-gated": lambda n: f"82{n:010d}",
    "helpdesk": lambda n: f"HD/{60_000 + n}",
    "group-buy": lambda n: f"GB{10 + n // 9000}-{1000 + n % 9000}",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One buyer: where, signed in as whom, and what they say."""

    storefront: str
    identity: str
    lines: tuple[str, ...]


def make_crowd(database_url: str, keys: Path, copies: int, now: datetime) -> list[Part]:
    """Import orders for so many buyers of each storefront; return who says what, mixed."""
    scripts = [Script.read(SCRIPTS / f"{storefront}.txt") for storefront in sorted(SHAPES)]
    casts = [list(_cast(script, copies, now)) for script in scripts]
    lines = [json.dumps(entry).encode() for cast in casts for _, _, own in cast for entry in own]
    engine = make_engine(database_url)
    try:
        import_lines(engine, lambda: lines, now=now)
    finally:
        engine.dispose()
    return [
        Part(buyer.storefront, sign_for(keys, buyer, now), said)
        for together in zip(*casts, strict=True)
        for buyer, said, _ in together
    ]


def _cast(
    script: Script, copies: int, now: datetime
) -> Iterator[tuple[Buyer, tuple[str, ...], Sequence[Entry]]]:
    """Yield buyers like the one of the script, each with copies of their orders."""
    # The same demo order has another date, and maybe another number, today than in the script.
    pairs = list(zip(make_demo(NOW), make_demo(now), strict=True))
    own = [(old["number"], new) for old, new in pairs if _is_of(script, old)]
    spoken = tuple(takewhile(lambda line: not line.startswith(DIRECTION), script.lines))
    shape = SHAPES[script.storefront]
    for copy in range(copies):
        numbers = {old: shape(copy * len(own) + n) for n, (old, _) in enumerate(own)}
        name = f"bench-{copy}"
        buyer = Buyer("", script.storefront, name, f"{name}@example.com", "Ann")
        entries = [_moved(new, numbers[old], buyer) for old, new in own]
        yield buyer, tuple(_named(line, numbers) for line in spoken), entries


def _is_of(script: Script, entry: Entry) -> bool:
    at = (entry["storefront"], entry["buyer"]["email"])
    return at == (script.storefront, script.buyer)


def _moved(entry: Entry, number: str, buyer: Buyer) -> Entry:
    person = {"subject": buyer.subject, "email": buyer.email, "first_name": buyer.first_name}
    return entry | {"number": number, "buyer": person}


def _named(line: str, numbers: Mapping[str, str]) -> str:
    for old, new in numbers.items():
        line = line.replace(old, new)
    return line
