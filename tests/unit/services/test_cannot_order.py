from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.guests import guest_id
from aftersale.domain.sellers import Product
from aftersale.services.address_letters import odd_fields, typed_fields, without_accents
from aftersale.services.availability import wanted_in
from aftersale.services.cannot_order import ADDRESS, PRODUCT, CannotOrder
from tests.unit.services.world import S0, S2, World


class Ordering(World):
    def __init__(self, storefront=S2, **product):
        super().__init__(storefront)
        self.cannot = CannotOrder(self.wiring)
        known = {"sku": "SKU-77", "name": "Blue shoes", "active": True, "stock": 5}
        with self.store() as uow:
            uow.products.put(Product(storefront, **known | product))
            uow.commit()

    def ask(self, text="i can't order it", product=None, **call):
        said = f"{text} {product}" if product and product not in text else text
        return self.cannot.start(self.call(**call), text=said, product=product)

    def bought(self, times, age=timedelta(hours=2), **more):
        for n in range(times):
            self.put(self.order(f"8123456780{n:02}", age=age, **more))


@pytest.mark.parametrize(
    ("product", "text", "response"),
    [
        ({"active": False}, "", "utter_product_taken_down"),
        ({"active": False, "stock": 0}, "", "utter_product_taken_down"),
        ({"stock": 0}, "", "utter_product_sold_out"),
        ({"stock": 2}, "i want 3 of the blue shoes", "utter_product_too_few"),
        ({"stock": 2}, "i want 2 of the blue shoes", "utter_ordering_no_cause"),
        ({"stock": None}, "i want 300 pieces", "utter_ordering_no_cause"),
    ],
)
def test_taken_down_or_not_enough_is_said_as_which_of_the_two(product, text, response):
    w = Ordering(**product)
    for name in ("blue shoes", "sku-77"):
        assert w.ask(f"i can't order {name}, {text}", name).response == response


@pytest.mark.parametrize(
    ("times", "age", "found"),
    [
        (3, timedelta(hours=2), True),
        (2, timedelta(hours=2), False),
        (3, timedelta(hours=24), False),
        (3, timedelta(hours=24) - timedelta(seconds=1), True),
    ],
)
def test_the_same_goods_again_and_again_within_a_day(times, age, found):
    w = Ordering()
    w.bought(times, age)
    reply = w.ask(product="blue shoes")
    assert (reply.response == "utter_ordering_repeated") is found
    assert "limit" not in str(reply.variables)


def test_purchases_of_others_and_of_other_goods_do_not_count():
    w = Ordering()
    w.bought(3, buyer="bob")
    assert w.ask(product="blue shoes").response == "utter_ordering_no_cause"
    assert w.ask(product="blue shoes", buyer=None).response == "utter_ordering_no_cause"


def test_a_storefront_without_that_rule_says_nothing_of_it():
    w = Ordering(S0)
    w.bought(5)
    assert w.ask(product="blue shoes").response == "utter_ordering_no_cause"


def test_without_a_product_it_is_asked_for():
    w = Ordering()
    assert w.ask().slots == {"requested_slot": PRODUCT}
    unknown = w.cannot.take(w.call(), PRODUCT, "a purple elephant", product=None)
    assert unknown.response == "utter_ordering_unknown_product"
    assert unknown.slots == {"requested_slot": PRODUCT, "missed": True}


def test_several_products_that_fit_are_named():
    w = Ordering()
    with w.store() as uow:
        uow.products.put(Product(S2, "SKU-78", "Red shoes"))
        uow.commit()
    reply = w.cannot.take(w.call(), PRODUCT, "shoes", product=None)
    assert sorted(reply.variables["products"]) == ["Blue shoes", "Red shoes"]


def odd_address(w, **fields):
    w.change(address={"name": "Ann Lee", "city": "Lyon", **fields})


def test_other_letters_of_the_last_address_are_named_and_written_anew():
    w = Ordering()
    odd_address(w, street="Stra\u00dfe 5", city="Gen\u00e8ve")
    reply = w.ask("it refuses my address")
    assert reply.response == "utter_ordering_address"
    assert reply.variables["fields"] == ["city", "street"]
    assert "street: Stra\u00dfe 5 \u2192 Strasse 5" in reply.variables["written"]
    assert "Ann Lee" not in reply.variables["written"]


def test_an_address_is_asked_for_when_the_last_one_is_fine():
    w = Ordering()
    assert w.ask("my address is refused").slots == {"requested_slot": ADDRESS}
    typed = "name: Zo\u00eb B\u00f8, 12 High Road, Lyon"
    reply = w.cannot.take(w.call(), ADDRESS, typed, product=None)
    assert reply.variables["fields"] == ["name"]
    fine = w.cannot.take(w.call(), ADDRESS, "12 High Road, Lyon", product=None)
    assert fine.response == "utter_ordering_address_fine"
    none = w.cannot.take(w.call(), ADDRESS, "what do you mean", product=None)
    assert none.slots["missed"]


@pytest.mark.parametrize("asker", ["stranger", "guest"])
def test_nobody_else_learns_anything_of_an_address(asker):
    w = Ordering()
    odd_address(w, street="Stra\u00dfe 5")
    call = w.call(buyer=None if asker == "stranger" else guest_id(S2, w.number))
    reply = w.cannot.start(call, text="address refused", product=None)
    assert reply.slots == {"requested_slot": ADDRESS}


def test_where_no_rule_is_stated_none_is_borrowed():
    w = Ordering(S0)
    odd_address(w, street="Stra\u00dfe 5")
    assert w.ask("my address is refused").response == "utter_ordering_address_unstated"


@pytest.mark.parametrize(
    ("typed", "odd"),
    [
        ("12 High Road, Lyon", []),
        ("it\u2019s 12 \u2013 14 High Road", []),  # a phone's own apostrophe and dash
        ("12 \u0423\u043b\u0438\u0446\u0430, Lyon", ["part 1"]),
        ("street: Gro\u00dfe Allee\ncity: Lyon", ["street"]),
        ("\u6771\u4eac\u90fd\uff0c1-2", ["part 1"]),
    ],
)
def test_parts_with_other_letters_are_found(typed, odd):
    found = odd_fields(typed_fields(typed), without_accents)
    assert [each.name for each in found] == odd
    assert all(each.suggestion.isascii() for each in found)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("i want 5 pieces", 5), ("3x the lamp", 3), ("quantity: 12", 12), ("size 42", None)],
)
def test_a_number_of_pieces_is_read(text, wanted):
    assert wanted_in(text) == wanted


def test_what_is_asked_again_is_the_same_question():
    w = Ordering()
    assert w.cannot.again(w.call(), ADDRESS).slots == {"requested_slot": ADDRESS}
    assert w.cannot.again(w.call(), PRODUCT).slots == {"requested_slot": PRODUCT}


def test_the_storefront_decides_what_is_often():
    w = Ordering()
    ordering = replace(w.wiring.policies[S2].ordering, repeat_limit=1)
    w.wiring.policies[S2] = replace(w.wiring.policies[S2], ordering=ordering)
    w.bought(1)
    assert w.ask(product="blue shoes").response == "utter_ordering_repeated"


def test_of_several_that_the_name_fits_the_whole_text_chooses():
    w = Ordering(stock=0)
    with w.store() as uow:
        uow.products.put(Product(S2, "SKU-78", "Red shoes"))
        uow.commit()
    assert w.ask("why can't i order blue shoes", "shoes").response == "utter_product_sold_out"


def test_goods_named_after_a_city_are_no_address():
    w = Ordering(name="City bike", stock=0)
    reply = w.cannot.take(w.call(), PRODUCT, "the city bike", product=None)
    assert reply.response == "utter_product_sold_out"
