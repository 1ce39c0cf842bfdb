"""Orders found by what a whole message says: goods by name, misspelt or not, and days."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.services.call import OrderHint
from aftersale.services.find_order import FoundKind, find
from aftersale.services.mentions import asks_for_goods, by_mention
from tests.unit.services.world import NOW, S2, World

GOODS = {
    "812340000001": ("Blue canvas shoes", 1),
    "812340000002": ("Waxed cotton backpack", 2),
    "812340000003": ("Olive oil, five litres", 8),
    "812340000004": ("Cast-iron pan, 28 cm", 30),
    "812340000005": ("Shipping boxes, pack of 50", 40),
}


@pytest.fixture
def shop():
    w = World(S2)
    w.store.tables.orders.clear()
    for number, (name, days) in GOODS.items():
        order = w.order(number)
        line = replace(order.lines[0], name=name, sku=f"K-{days}", options={})
        w.put(replace(order, lines=(line,), placed_at=NOW - timedelta(days=days)))
    return w


def numbers(found):
    return {int(order.number[-1]) for order in found.candidates}


def look(shop, **hint):
    with shop.wiring.uow() as uow:
        return find(uow, shop.call(), OrderHint(**hint))


MENTIONS = {
    "cancel my shoos": {1},
    "cancel the BLUE CANVAS SHOES": {1},
    "hmm the bakpack": {2},
    "cancel the pann": {4},
    "cancel boxes": {5},
    "how do i pay for the oil": {3},
    "cancel olive oil and the pan": {3, 4},
    "the pan, or was it the backpack": {2, 4},
    "the one from yesterday": {1},
    "that one i ordered on monday": {2},
    "bought 8 days ago": {3},
}


@pytest.mark.parametrize("text", MENTIONS)
def test_words_and_days_are_matched_against_the_buyers_own_orders(text, shop):
    found = shop.find.named(shop.call(), OrderHint(text=text))
    assert numbers(found) == MENTIONS[text]
    assert found.kind is (FoundKind.SEVERAL if len(MENTIONS[text]) > 1 else FoundKind.ONE)


NO_GOODS = [
    "i want my money back",
    "when is it shipping",
    "cancel my order please",
    "cancel it",
    "where it shows delivered",
    "this is the last time i order here",
    "cancel the whole thing right now",
    "what does it cost",
    "",
]


@pytest.mark.parametrize("text", NO_GOODS)
def test_everyday_words_name_no_goods(text, shop):
    found = look(shop, current="812340000004", text=text)
    assert found.order is not None
    assert found.order.number == "812340000004"


@pytest.mark.parametrize("text", ["cancel the tv", "please cancel my sundial asap"])
def test_goods_that_are_in_no_order_are_never_taken_for_the_order_talked_about(text, shop):
    found = look(shop, current="812340000004", text=text)
    assert found.kind is FoundKind.NONE
    assert len(found.candidates) == len(GOODS)


@pytest.mark.parametrize("text", ["cancel this now", "cancel my stupid order", "cancel"])
def test_an_order_is_no_goods(text):
    assert not asks_for_goods(text)


def test_of_several_that_fit_the_one_talked_about_is_meant(shop):
    found = look(shop, current="812340000003", text="the oil and also the pan please")
    assert found.order is not None
    assert found.order.number == "812340000003"


def test_nothing_is_mentioned_to_somebody_unverified(shop):
    found = shop.find.named(shop.call(buyer=None), OrderHint(text="my shoes"))
    assert (found.kind, found.candidates) == (FoundKind.NOT_VERIFIED, ())


@pytest.mark.parametrize("typed", ["81234000001", "8123400000011", "813240000001", "812350000001"])
def test_a_number_one_slip_away_is_asked_about_and_never_taken(typed, shop):
    reply = shop.cancel.propose(shop.call(), OrderHint(number=typed))
    assert reply.response == "utter_which_order_close"
    rows = [row["number"] for row in reply.variables["blocks"][0]["orders"]]
    assert "812340000001" in rows
    assert shop.store.tables.commands == {}


@pytest.mark.parametrize("typed", ["812340000009", "812340000010", "812340000099", "999999999999"])
def test_a_neighbouring_number_is_another_order(typed, shop):
    reply = shop.cancel.propose(shop.call(), OrderHint(number=typed))
    assert reply.response == "utter_cancel_not_found"


def test_a_slip_in_a_foreign_number_tells_nothing(shop):
    shop.put(shop.order("812340000199", buyer="bob"))
    foreign, unknown = (
        shop.cancel.propose(shop.call(), OrderHint(number=number))
        for number in ("812340000199", "812340000299")
    )
    assert foreign == unknown


def test_an_exact_word_wins_over_a_misspelt_one(shop):
    orders = list(shop.store.tables.orders.values())
    assert [o.number for o in by_mention(orders, "cancel the pan now")] == ["812340000004"]
