"""The demo data reach what the policies tell apart, and the guide tells the truth about them."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.orders import OrderState
from aftersale.domain.payments import PaymentMethod, PaymentState
from aftersale.domain.storefronts import Storefront
from aftersale.store.demo_data import demo_guide, fill_demo_data, guided_buyers, make_demo
from tests.integration.store.things import NOW, an_audit

ORDERS = list(make_demo(NOW))


def of(storefront):
    return [order for order in ORDERS if order["storefront"] == storefront]


def test_the_data_are_the_same_for_the_same_time_and_seed():
    assert json.dumps(list(make_demo(NOW))) == json.dumps(ORDERS)
    assert json.dumps(list(make_demo(NOW, seed=1))) != json.dumps(ORDERS)


def test_there_are_at_least_three_hundred_orders():
    assert len(ORDERS) >= 300


@pytest.mark.parametrize("storefront", Storefront)
def test_every_state_occurs_in_every_storefront(storefront):
    orders = of(storefront)
    assert {order["payment"]["state"] for order in orders} == set(PaymentState)
    assert {order["payment"]["method"] for order in orders} == set(PaymentMethod)
    goods = {line["fulfilment"] for order in orders for line in order["lines"]}
    assert goods == set(FulfilmentState)
    # an order becomes `cancelling` only here, never by the shop's word
    assert {order["state"] for order in orders} == set(OrderState) - {"cancelling"}


def since(order, *path):
    value = order
    for part in path:
        value = value[part]
    return None if value is None else NOW - datetime.fromisoformat(value)


LIMITS = {
    "24 hours after a card payment": (
        lambda order: since(order, "payment", "paid_at") if _is_fresh_card(order) else None,
        timedelta(hours=24),
    ),
    "20 days unpaid": (
        lambda order: (
            since(order, "placed_at") if order["payment"]["state"] == "awaiting" else None
        ),
        timedelta(days=20),
    ),
    "end of the campaign": (
        lambda order: (
            since(order, "campaign_ends_at") if order["payment"]["state"] == "authorised" else None
        ),
        timedelta(0),
    ),
    "estimated delivery": (
        lambda order: (
            since(order, "estimated_delivery_at")
            if order["lines"][0]["fulfilment"] == "shipped"
            else None
        ),
        timedelta(0),
    ),
    "7 days after receipt": (
        lambda order: next(
            (since(one, "delivered_at") for one in order["shipments"] if one["delivered_at"]), None
        ),
        timedelta(days=7),
    ),
}


def _is_fresh_card(order):
    payment = order["payment"]
    return payment["method"] == "card" and payment["state"] == "paid"


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("storefront", Storefront)
def test_both_sides_of_every_time_limit_occur(storefront, limit):
    age, at = LIMITS[limit]
    ages = [found for order in of(storefront) if (found := age(order)) is not None]
    assert any(found < at for found in ages)
    assert any(found > at for found in ages)


def test_the_people_live_in_different_time_zones():
    assert len({order["buyer"]["timezone"] for order in ORDERS}) >= 6


def test_the_guide_names_two_buyers_a_storefront_and_their_own_orders():
    buyers = list(guided_buyers())
    assert [buyer.storefront for buyer in buyers] == [key for key in Storefront for _ in "12"]
    owners = {(order["storefront"], order["number"]): order for order in ORDERS}
    for buyer in buyers:
        for tip in buyer.tips:
            order = owners[buyer.storefront, tip.number]
            assert order["buyer"]["subject"] == buyer.subject
            assert order["buyer"]["email"] == buyer.email
            assert order["lines"][0]["name"] == tip.product
            assert tip.number in demo_guide()


def test_the_guided_orders_of_a_buyer_get_different_answers():
    for buyer in guided_buyers():
        assert len({tip.scene for tip in buyer.tips}) == len(buyer.tips) >= 3


def test_the_blue_shoes_of_a_guided_buyer_are_one_order():
    for key in Storefront:
        mine = [order for order in of(key) if order["buyer"]["subject"] == "buyer-1"]
        blue = [order for order in mine if "lue" in order["lines"][0]["name"]]
        assert len(blue) == 1


def test_filling_again_later_moves_the_times_and_keeps_what_was_cancelled(engine, uow_factory):
    first = fill_demo_data(engine, NOW)
    assert first.inserted == len(ORDERS)
    number = next(iter(guided_buyers())).tips[0].number
    with uow_factory() as uow:
        order = uow.orders.find("seller-direct", number)
        uow.orders.save(replace(order, state=OrderState.CANCELLED), audit=an_audit())
        uow.commit()
    later = fill_demo_data(engine, NOW + timedelta(days=1))
    assert later.inserted == 0
    assert later.updated > 300
    with uow_factory() as uow:
        assert uow.orders.find("seller-direct", number).state is OrderState.CANCELLED


def test_the_guide_leads_to_sellers_whom_a_letter_reaches():
    guided = {tip.number for buyer in guided_buyers() for tip in buyer.tips}
    sellers = [order["seller"] for order in ORDERS if order["number"] in guided]
    assert all(seller.get("email_valid", True) for seller in sellers if seller)
    assert any(not (order["seller"] or {}).get("email_valid", True) for order in ORDERS)
