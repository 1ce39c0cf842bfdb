"""What the matchers must find, and must leave alone."""

import pytest

from bot.nlu.entities import ShopMatcher
from bot.nlu.masking import masked
from bot.nlu.order_numbers import canonical, find_order_numbers, mask

ORDERS = {
    "SD-100234": "SD-100234",
    "cancel sd100234 please": "SD-100234",
    "SD 100 234.": "SD-100234",
    "order#sd-100234": "SD-100234",
    "cancel gb99-700001 because i can": "GB99-700001",
    "(SD-100234)": "SD-100234",
    "my order SD-100234's late": "SD-100234",
    "sc 20261104 07": "SC-20261104-07",
    "sc2026110407": "SC-20261104-07",
    "order no. SC-20261104-07, thanks": "SC-20261104-07",
    "8123 4567 8901": "812345678901",
    "where is 812345678901?": "812345678901",
    "8123-4567-8901": "812345678901",
    "hd55821": "HD/55821",
    "where is HD/55821": "HD/55821",
    "hd 55821": "HD/55821",
    "#gb77-3391": "GB77-3391",
    "gb 77 3391": "GB77-3391",
    "order 12345": "12345",
    "order number is PO-2026-118!": "PO-2026-118",
    "100234": "100234",
    "cancel 100234": "100234",
}
NO_ORDERS = [
    "call me on 07700900123",
    "+44 7700 900123",
    "my phone number is 5551234567",
    "it cost 1299.99 dollars",
    "USD5000",
    "2026-11-04",
    "04/11/2026",
    "zip 902101",
    "postcode SW1A 1AA",
    "the 128gb one",
    "10/10",
    "4111 1111 1111 1111",
    "cancel order number 2",
    "tracking 123456789",
    "it is 3 days late",
    "GB29 NWBK 6016 1331 9268 19",
]


@pytest.mark.parametrize(("text", "number"), ORDERS.items())
def test_an_order_number_is_found_in_canonical_form(text, number):
    assert [found.value for found in find_order_numbers(text)] == [number]


@pytest.mark.parametrize("text", NO_ORDERS)
def test_what_is_no_order_number_is_left_alone(text):
    assert find_order_numbers(text) == []


@pytest.mark.parametrize("number", sorted(set(ORDERS.values())))
def test_canonical_form_is_stable(number):
    assert canonical(canonical(number.lower())) == canonical(number) == number


def test_two_numbers_are_both_found():
    assert [f.value for f in find_order_numbers("sd-100234 not HD/55821")] == [
        "SD-100234",
        "HD/55821",
    ]


def test_mask_hides_which_number_it_is():
    assert mask("cancel SD-100234") == mask("cancel hd55821")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("cancel the red linen dress", "cancel the product"),
        ("yoga mat cancel", "product cancel"),
        ("where is SD-100234", "where is ordernumber"),
        ("где мой заказ", "foreignwords"),
        ("我的订单 please", "foreignwords please"),
        ("call me by phone", "call me by phone"),
        ("naïve café", "naïve café"),
    ],
)
def test_what_is_named_gives_way_to_its_kind_before_the_intent_is_read(text, read):
    assert " ".join(masked(text).split()) == read


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("my last order", [("order_pick", "last")]),
        ("the one from yesterday", [("order_pick", "last")]),
        ("the previous one", [("order_pick", "previous")]),
        ("first of all", []),
        ("2", [("order_pick", "2")]),
        ("number 3 please", [("order_pick", "3")]),
        ("the second one", [("order_pick", "2")]),
        ("i have a second question", []),
        ("both of them", [("order_pick", "several")]),
        ("what is their phone number", []),
        ("I changed my mind", [("reason_class", "convenience")]),
        ("it came damaged", [("reason_class", "fault")]),
        ("the Blue Shoes", [("product", "blue shoes")]),
        ("that cost $19.99", [("amount", "$19.99")]),
        ("it was 20 dollars", [("amount", "20 dollars")]),
        ("ordered on 4th of november", [("date", "4th of november")]),
        ("since 2026-11-04", [("date", "2026-11-04")]),
        ("sku KB-104-RED", [("sku", "KB-104-RED")]),
        ("from seller NordicHome", [("seller", "NordicHome")]),
        ("", []),
    ],
)
def test_goods_reasons_amounts_dates_and_sellers_are_found(text, entities):
    assert [(e.entity, e.value) for e in ShopMatcher().find(text)] == entities


def test_places_are_those_of_the_text():
    text = "Please cancel sd 100234, it came damaged"
    found = {e.entity: text[e.start : e.end] for e in ShopMatcher().find(text)}
    assert found == {"order_number": "sd 100234", "reason_class": "damaged"}
