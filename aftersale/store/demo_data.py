"""Demo orders for the five storefronts: the same for the same time and seed."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import Engine

from aftersale.store.demo_catalogue import PEOPLE, PRODUCTS, Product
from aftersale.store.demo_order import Place, demo_order
from aftersale.store.demo_scenarios import GUIDED, SCENES
from aftersale.store.orders_import import ImportReport, import_lines

ROUNDS = 2  # how often every scene appears in a storefront, beside the guided buyers' orders
SEED = 20

# Buyers of a storefront see numbers of one shape. They do not depend on the time, so that a guide
# printed today fits a database filled yesterday.
_NUMBERS = {
    "seller-direct": lambda index: f"SD-{100234 + index * 7}",
    "supplier-consent": lambda index: f"SC-202611{index // 9 + 1:02d}-{index % 9 + 1:02d}",
    "status-gated": lambda index: f"8123{45678901 + index * 1367}",
    "helpdesk": lambda index: f"HD/{55821 + index * 3}",
    "group-buy": lambda index: f"GB{77 + index // 40}-{3391 + index % 40 * 11}",
}


@dataclass(frozen=True, slots=True)
class Tip:
    """An order of a guided buyer and what to try with it."""

    number: str
    scene: str
    product: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class GuidedBuyer:
    """A buyer to sign in as, with orders that get different answers."""

    storefront: str
    email: str
    subject: str
    tips: tuple[Tip, ...]


def make_demo(now: datetime, seed: int = SEED) -> Iterator[dict[str, Any]]:
    """Yield the demo orders in import format, their times counted from `now`."""
    for storefront in PRODUCTS:
        random = Random(f"{seed} {storefront}")  # noqa: S311 -- made-up shops, no secrets
        for index, (buyer, scene, products) in enumerate(_orders(storefront, random)):
            person = PEOPLE[buyer - 1]
            place = Place(storefront, _NUMBERS[storefront](index), buyer, person)
            yield demo_order(place, SCENES[scene], products, now=now, random=random)


def _orders(storefront: str, random: Random) -> Iterator[tuple[int, str, tuple[Product, ...]]]:
    products = PRODUCTS[storefront]
    for buyer, guided in enumerate(GUIDED[storefront], start=1):
        for scene, item, _ in guided:
            yield buyer, scene, (products[item], products[(item + 3) % len(products)])
    for turn in range(ROUNDS):
        for index, scene in enumerate(SCENES):
            buyer = 3 + (index + turn) % (len(PEOPLE) - 2)
            first, second = random.sample(products, 2)
            yield buyer, scene, (first, second)


def fill_demo_data(engine: Engine, now: datetime, seed: int = SEED) -> ImportReport:
    """Import the demo orders; again later, and their times move on with `now`.

    What was cancelled in the meantime stays cancelled.
    """
    lines = [json.dumps(order).encode() for order in make_demo(now, seed)]
    return import_lines(engine, lambda: lines, now=now)


def guided_buyers() -> Iterable[GuidedBuyer]:
    """Return two buyers for each storefront, with what to try."""
    for storefront, buyers in GUIDED.items():
        index = 0
        for buyer, guided in enumerate(buyers, start=1):
            tips = []
            for scene, item, suggestion in guided:
                number, name = _NUMBERS[storefront](index), PRODUCTS[storefront][item].name
                tips.append(Tip(number, scene, name, suggestion))
                index += 1
            email = f"buyer{buyer}@example.com"
            yield GuidedBuyer(storefront, email, f"buyer-{buyer}", tuple(tips))


def demo_guide() -> str:
    """Return what `make demo` prints: whom to be, and which orders to ask about."""
    lines: list[str] = []
    for buyer in guided_buyers():
        lines.append(f"\n{buyer.storefront}  {buyer.email}")
        for tip in buyer.tips:
            lines.append(f"  {tip.number:16}{tip.product}: {tip.suggestion}")
    return "\n".join(lines)
