"""Products: imported all or nothing, found by SKU and by words, never across storefronts."""

import json

import pytest

from aftersale.domain.sellers import Product
from aftersale.errors import ImportInvalid
from aftersale.store.demo_products import fill_demo_products
from aftersale.store.products_import import import_products
from tests.integration.store.things import SELLER, SHOP

SERVED = [SHOP, "status-gated"]


def entry(**changes):
    return {"storefront": SHOP, "sku": "SC-1", "name": "Blue running shoes", **changes}


def bring(engine, *entries, **how):
    lines = [json.dumps(each).encode() for each in entries]
    return import_products(engine, lines, storefronts=SERVED, **how)


def test_what_was_imported_is_found_by_sku_and_by_words(engine, uow_factory):
    maker = {"id": "delta", "nickname": "Blue Delta", "email": SELLER.email}
    size = {"size": "40"}
    bring(engine, entry(seller=maker, stock=3, options=size), entry(sku="SC-2", name="Red shoes"))
    with uow_factory() as uow:
        shoes = uow.products.by_sku(SHOP, " sc-1 ")
        assert (shoes.stock, shoes.active, shoes.options) == (3, True, size)
        assert uow.parties.seller(shoes.seller_id).nickname == "Blue Delta"
        assert [p.sku for p in uow.products.by_words(SHOP, "the blue shoe")] == ["SC-1"]
        assert [p.sku for p in uow.products.by_words(SHOP, "shoes")] == ["SC-1", "SC-2"]


@pytest.mark.parametrize("words", ["", "the", "spaceship", "%", "_"])
def test_words_that_name_nothing_find_nothing(engine, uow_factory, words):
    bring(engine, entry())
    with uow_factory() as uow:
        assert uow.products.by_words(SHOP, words) == []


def test_another_storefront_does_not_have_it(engine, uow_factory):
    bring(engine, entry())
    with uow_factory() as uow:
        assert uow.products.by_sku("status-gated", "SC-1") is None
        assert uow.products.by_words("status-gated", "blue shoes") == []


def test_a_later_line_replaces_what_was_known(engine, uow_factory):
    bring(engine, entry(stock=3))
    bring(engine, entry(active=False, stock=0, name="Blue trail shoes"))
    with uow_factory() as uow:
        assert uow.products.by_words(SHOP, "trail") == [
            Product(SHOP, "SC-1", "Blue trail shoes", active=False, stock=0)
        ]
        assert uow.products.by_words(SHOP, "running") == []


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"stock": -1}, "$.stock"),
        ({"storefront": "nowhere"}, "$.storefront"),
        ({"colour": "blue"}, "$"),
        ({"url": "shop.example"}, "$.url"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_imported(engine, uow_factory, changes, path):
    with pytest.raises(ImportInvalid) as refused:
        bring(engine, entry(), entry(sku="SC-2") | changes)
    assert refused.value.problems[0].startswith(f"line 2: {path}: ")
    with uow_factory() as uow:
        assert uow.products.by_sku(SHOP, "SC-1") is None


def test_a_dry_run_writes_nothing(engine, uow_factory):
    assert bring(engine, entry(), dry_run=True).written == 1
    with uow_factory() as uow:
        assert uow.products.by_sku(SHOP, "SC-1") is None


def test_the_demo_shops_have_something_sold_out_and_something_taken_down(engine, uow_factory):
    report = fill_demo_products(engine)
    assert fill_demo_products(engine) == report
    with uow_factory() as uow:
        clock = uow.products.by_sku("status-gated", "SG-CAP-02")
        assert (clock.active, clock.stock) == (True, 0)
        assert not uow.products.by_sku("status-gated", "SG-BAG-03").active
