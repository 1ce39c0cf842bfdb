"""Where money is and where it goes, in plain words, and only as far as it is known."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.cases import CaseState, CaseVerdict
from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.money import Money
from aftersale.domain.payments import PaymentState
from aftersale.domain.requests import Refund, RefundKind, RefundState
from tests.unit.services.test_returns import REASON, Talk
from tests.unit.services.world import NOW, S0, S1, S2, S3, S4, World


def refund(world, state=RefundState.PENDING, kind=RefundKind.REFUND, minor=500, **more):
    row = Refund(
        f"r{len(world.store.tables.refunds)}",
        world.storefront,
        world.number,
        kind,
        state,
        Money(minor, "USD"),
        "Visa ending 4242",
        NOW,
        f"key-{len(world.store.tables.refunds)}",
        **more,
    )
    world.store.tables.refunds[row.refund_id] = row


def test_a_part_of_the_money_is_told_as_that_part():
    world = World(S2)
    refund(world, minor=500)
    told = world.show.refund(world.call(), world.hint())
    assert told.variables["amount"] == {"$money": {"minor": 500, "currency": "USD"}}


@pytest.mark.parametrize("kind", RefundKind)
@pytest.mark.parametrize("state", RefundState)
def test_each_state_of_money_has_its_words_and_a_way_on_when_it_is_stuck(state, kind):
    world = World(S2)
    refund(world, state, kind)
    told = world.show.refund(world.call(), world.hint())
    assert told.response == f"utter_{kind.value}_{state.value}"
    stuck = state in {RefundState.REFUSED, RefundState.REVERSED}
    assert bool(told.variables["choices"]) is stuck


def test_what_was_asked_for_and_is_not_decided_is_said_to_be_so():
    world = World(S3, goods=FulfilmentState.DELIVERED)
    talk = Talk(world)
    talk.start("request_refund", "i want my money back")
    talk.say(REASON)
    talk.yes()
    told = world.show.refund(world.call(), world.hint())
    (case,) = world.store.tables.cases.values()
    assert told.response == "utter_refund_under_review"
    assert told.variables["case_number"] == case.number

    decided = replace(case, state=CaseState.DECIDED, verdict=CaseVerdict.DECLINED)
    world.store.tables.cases[case.number] = decided
    told = world.show.refund(world.call(), world.hint())
    assert told.response == "utter_refund_none"


def test_what_arrived_may_be_given_back_and_what_did_not_may_be_cancelled():
    for goods, intent in (
        (FulfilmentState.DELIVERED, "request_refund"),
        (FulfilmentState.NONE, "cancel_order"),
    ):
        world = World(S2, goods=goods)
        told = world.show.refund(world.call(), world.hint())
        assert [each["intent"] for each in told.variables["choices"]] == [intent]


DESTINATIONS = [
    (S0, "utter_refund_destination_seller", "contact_seller"),
    (S1, "utter_refund_destination_unstated", "open_case"),
    (S2, "utter_refund_destination_unstated", "open_case"),
    (S3, "utter_refund_destination_unstated", "open_case"),
    (S4, "utter_refund_destination", "open_case"),
]


@pytest.mark.parametrize(("storefront", "response", "way"), DESTINATIONS)
def test_where_money_goes_is_told_as_the_storefront_states_it(storefront, response, way):
    world = World(storefront)
    told = world.show.refund_destination(world.call(), world.hint())
    assert told.response == response
    assert told.variables["payment"] == "Visa ending 4242"
    assert [each["intent"] for each in told.variables["choices"]] == [way]


def test_nothing_charged_has_no_destination():
    world = World(S4, paid=PaymentState.AWAITING)
    told = world.show.refund_destination(world.call(), world.hint())
    assert told.response == "utter_refund_destination_nothing"


def test_the_newest_of_several_counts():
    world = World(S2)
    refund(world, RefundState.REFUSED)
    rows = world.store.tables.refunds
    rows["r0"] = replace(rows["r0"], created_at=NOW - timedelta(days=1))
    refund(world, RefundState.PENDING)
    told = world.show.refund(world.call(), world.hint())
    assert told.response == "utter_refund_pending"
