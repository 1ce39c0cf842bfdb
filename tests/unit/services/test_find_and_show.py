"""Finding orders, and saying about them what is known and nothing else."""

import json
from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.money import Money
from aftersale.domain.orders import OrderState
from aftersale.domain.payments import PaymentState
from aftersale.domain.requests import Refund, RefundKind, RefundState
from aftersale.services.call import OrderHint
from aftersale.services.find_order import FoundKind
from aftersale.services.matching import canonical
from tests.unit.services.world import NOW, S0, S1, S2, S3, S4, World

OTHER = "812399990000"


@pytest.mark.req("R2.9")
@pytest.mark.parametrize(
    ("storefront", "typed"),
    [
        (S0, "SD-100234"),
        (S0, "sd100234"),
        (S0, " # sd-100234 "),
        (S0, "order no. SD-100234"),
        (S0, "order number: sd 100234"),
        (S0, "100234"),
        (S0, "my order SD-100234"),
        (S1, "sc 20261104 07"),
        (S2, "8123 4567 8901"),
        (S2, "#8123-4567-8901"),
        (S3, "hd55821"),
        (S3, "HD/55821."),
        (S4, "gb77 1"),
    ],
)
def test_a_number_is_found_in_any_usual_shape(storefront, typed):
    w = World(storefront)
    found = w.find.resolve(w.call(), text_number=typed)
    assert found.kind is FoundKind.ONE
    assert found.order.number == w.number


def test_a_prefix_is_cut_and_a_number_that_begins_like_one_is_not():
    assert canonical("no. NO-1234") == "NO-1234"
    assert canonical("ORDER123") == "ORDER123"


@pytest.mark.parametrize("ask", ["status", "details", "delivery", "refund", "authorisation"])
def test_a_foreign_number_gets_the_very_answer_of_an_unknown_one(ask):
    w = World(S2)
    w.put(w.order(OTHER, buyer="bob"))
    foreign, unknown = (
        getattr(w.show, ask)(w.call(turn="t"), OrderHint(number=number))
        for number in (OTHER, "812399990009")
    )
    assert foreign.response == "utter_cancel_not_found"
    assert json.dumps(asdict(foreign)) == json.dumps(asdict(unknown))


def test_foreign_and_unknown_are_alike_for_proposals_too():
    w = World(S2)
    w.put(w.order(OTHER, buyer="bob"))
    foreign, unknown = (
        w.cancel.propose(w.call(), OrderHint(number=number)) for number in (OTHER, "812399990009")
    )
    assert asdict(foreign) == asdict(unknown)
    assert w.store.tables.decisions == []


def test_nobody_unverified_sees_anything():
    w = World(S2)
    for reply in (
        w.show.status(w.call(buyer=None), w.hint()),
        w.show.list(w.call(buyer=None)),
        w.cancel.propose(w.call(buyer=None), w.hint()),
        w.write(w.call(buyer=None), w.hint()),
        w.find.ask_which(w.call(buyer=None), OrderHint()),
    ):
        assert reply.response == "utter_cancel_not_verified"
        assert w.number not in json.dumps(asdict(reply))
    assert w.find.resolve(w.call(buyer=None)).kind is FoundKind.NOT_VERIFIED


def three(w):
    w.put(w.order("812300000001", age=timedelta(days=9), name="Red shoes"))
    w.put(w.order("812300000002", age=timedelta(days=8), name="Blue jacket"))
    return w


@pytest.mark.parametrize(
    ("hint", "number"),
    [
        ({"pick": "last"}, "812345678901"),
        ({"pick": "first"}, "812300000001"),
        ({"pick": "previous"}, "812300000002"),
        ({"pick": "previous", "current": "812300000002"}, "812300000001"),
        ({"words": "the blue shoes"}, "812345678901"),
        ({"words": "my jacket"}, "812300000002"),
        ({"words": "red shoe"}, "812300000001"),
        ({"current": "812300000001"}, "812300000001"),
    ],
)
def test_position_words_and_context_find_one(hint, number):
    w = three(World(S2))
    assert w.find.resolve(w.call(), **hint).order.number == number


@pytest.mark.parametrize(
    ("hint", "response"),
    [
        ({}, "utter_which_order"),
        ({"words": "shoes"}, "utter_which_order"),
        ({"words": "sku-77"}, "utter_which_order"),
        ({"words": "a kettle"}, "utter_which_order_no_match"),
    ],
)
def test_what_fits_several_or_none_asks_with_a_picker(hint, response):
    w = three(World(S2))
    reply = w.find.ask_which(w.call(), OrderHint(**hint))
    assert (reply.response, reply.done) == (response, False)
    (block,) = reply.variables["blocks"]
    assert block["type"] == "order_picker"
    assert len(block["orders"]) >= 2


def test_one_open_order_needs_no_question_and_none_is_said():
    w = World(S2)
    w.put(w.order(OTHER, state=OrderState.COMPLETED))
    assert w.find.resolve(w.call()).order.number == w.number
    w.store.tables.orders.clear()
    assert w.show.list(w.call()).response == "utter_no_orders"


def test_the_card_shows_the_order_and_masks_the_address():
    w = World(S2)
    w.ship()
    w.change(shipments=w.order(goods=FulfilmentState.SHIPPED).shipments)
    reply = w.show.status(w.call(), w.hint())
    assert reply.response == "utter_status"
    (card,) = reply.variables["blocks"]
    assert card["state_label"] == "Awaiting Delivery"
    assert card["lines"][0]["options"] == {"size": "42"}
    assert card["events"][0]["text"] == "Left"
    assert card["payment_key"] == "paid"
    assert card["address"] == ["A•••", "H•••", "Lyon", "69•••"]
    assert "High Road" not in json.dumps(reply.variables)
    assert [c["intent"] for c in reply.variables["choices"]] == ["contact_seller"]


def offered(w):
    reply = w.show.status(w.call(), w.hint())
    return [button["intent"] for button in reply.variables["choices"]]


def test_the_card_offers_what_is_allowed_now():
    w = World(S2)
    assert offered(w)[0] == "cancel_order"
    w.propose()
    w.yes()
    assert offered(w) == ["undo_cancel"]
    assert w.show.list(w.call()).response == "utter_order_list"


def test_instructions_are_shown_with_the_details():
    w = World(S4, instructions="Read me")
    reply = w.show.details(w.call(), w.hint())
    assert (reply.response, reply.variables["instructions"]) == (
        "utter_order_instructions",
        "Read me",
    )
    w = World(S2)
    assert w.show.details(w.call(), w.hint()).response == "utter_order_details"


@pytest.mark.req("R0.12")
@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({}, "expected"),
        ({"estimated_delivery_at": NOW}, "expected"),
        ({"estimated_delivery_at": NOW - timedelta(seconds=1)}, "overdue"),
        ({"estimated_delivery_at": None}, "unknown"),
        ({"state": OrderState.CANCELLING}, "cancelled"),
    ],
)
def test_delivery_is_told_as_far_as_it_is_known(change, name):
    w = World(S2, **change)
    assert w.show.delivery(w.call(), w.hint()).response == f"utter_delivery_{name}"


def test_a_delivered_order_names_its_day():
    w = World(S2, goods=FulfilmentState.DELIVERED, age=timedelta(days=5))
    reply = w.show.delivery(w.call(), w.hint())
    assert reply.response == "utter_delivery_delivered"
    assert reply.variables["delivery"] is not None


@pytest.mark.req("R4.5")
@pytest.mark.parametrize(
    ("paid", "state", "name"),
    [
        (PaymentState.PAID, OrderState.OPEN, "refund_none"),
        (PaymentState.PAID, OrderState.CANCELLING, "refund_waits_for_shop"),
        (PaymentState.PAID, OrderState.CANCELLED, "refund_by_seller"),
        (PaymentState.AWAITING, OrderState.OPEN, "refund_nothing_paid"),
        (PaymentState.AUTHORISED, OrderState.OPEN, "refund_hold_only"),
        (PaymentState.REFUNDED, OrderState.CANCELLED, "refund_confirmed"),
        (PaymentState.VOIDED, OrderState.CANCELLED, "release_confirmed"),
    ],
)
def test_money_is_told_as_far_as_it_is_known(paid, state, name):
    w = World(S4, paid=paid, state=state)
    assert w.show.refund(w.call(), w.hint()).response == f"utter_{name}"


@pytest.mark.parametrize("kind", list(RefundKind))
@pytest.mark.parametrize("state", list(RefundState))
def test_a_release_is_never_called_a_refund(kind, state):
    w = World(S4)
    w.store.tables.refunds["r"] = Refund(
        "r", S4, w.number, kind, state, Money(1999, "USD"), "Visa ending 4242", NOW, "k"
    )
    assert w.show.refund(w.call(), w.hint()).response == f"utter_{kind}_{state}"


@pytest.mark.parametrize(
    ("paid", "name"),
    [
        (PaymentState.AUTHORISED, "held_open_end"),
        (PaymentState.VOIDED, "released"),
        (PaymentState.PAID, "captured"),
        (PaymentState.AWAITING, "none"),
    ],
)
def test_a_hold_is_explained(paid, name):
    w = World(S4, paid=paid)
    assert w.show.authorisation(w.call(), w.hint()).response == f"utter_authorisation_{name}"
    if paid is PaymentState.AUTHORISED:
        w.change(payment=replace(w.stored().payment, auth_expires_at=NOW + timedelta(days=6)))
        assert w.show.authorisation(w.call(), w.hint()).response == "utter_authorisation_held"


def test_no_fee_is_threatened_where_the_storefront_states_no_rule():
    w = World(S1)
    known = w.store.tables.sellers["sel"]
    assert w.show.restocking_fee(w.call(), w.hint()).response == "utter_restocking_percent"
    w.store.tables.sellers["sel"] = replace(known, restocking_fee=None)
    assert w.show.restocking_fee(w.call(), w.hint()).response == "utter_restocking_unstated"


@pytest.mark.req("R0.8", "R0.9")
def test_fee_and_policies_of_the_seller_are_told():
    w = World(S0)
    seller = w.store.tables.sellers["sel"]
    assert w.show.restocking_fee(w.call(), w.hint()).response == "utter_restocking_percent"
    flat = replace(seller.restocking_fee, percent=None, flat=Money(300, "USD"))
    w.store.tables.sellers["sel"] = replace(seller, restocking_fee=flat)
    assert w.show.restocking_fee(w.call(), w.hint()).response == "utter_restocking_flat"
    w.store.tables.sellers["sel"] = replace(seller, restocking_fee=None, shipping_policy_url=None)
    assert w.show.restocking_fee(w.call(), w.hint()).response == "utter_restocking_unknown"
    assert w.show.seller_policy(w.call(), w.hint()).response == "utter_seller_policy"
    w.store.tables.sellers["sel"] = replace(
        seller, returns_policy_url=None, shipping_policy_url=None
    )
    assert w.show.seller_policy(w.call(), w.hint()).response == "utter_seller_policy_none"


@pytest.mark.req("R1.11")
@pytest.mark.parametrize(
    ("storefront", "paid", "response"),
    [
        (S1, PaymentState.AWAITING, "utter_cancel_unpaid_auto"),
        (S1, PaymentState.PAID, "utter_unpaid_paid"),
        (S2, PaymentState.AWAITING, "utter_unpaid_open"),
    ],
)
def test_an_unpaid_order_is_explained(storefront, paid, response):
    w = World(storefront, paid=paid)
    assert w.show.unpaid(w.call(), w.hint()).response == response
