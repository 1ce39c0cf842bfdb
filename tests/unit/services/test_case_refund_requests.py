"""A wish to cancel that became a refund request: accepted, it cancels, or it says what it leaves.

The money comes back once, by one way or the other.
"""

from dataclasses import replace

import pytest

from aftersale.adapters.shop_ledger import ShopSaid
from aftersale.domain.cases import CaseType
from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.money import Money
from aftersale.domain.orders import OrderState
from aftersale.domain.payments import PaymentState
from aftersale.domain.requests import OutboxKind
from aftersale.errors import NotPossible
from aftersale.policy.problem_knobs import DisputeMode
from tests.unit.fakes_outside import FakeShop
from tests.unit.services.waiting import (
    ACCEPTED,
    DECLINED,
    PARTLY,
    cancelled,
    closed,
    gone,
    goods,
    price,
    reviewed,
)
from tests.unit.services.world import S4

_F, _P = FulfilmentState, PaymentState
STANDS = "utter_told_case_stands"


def requested(**order):
    w = reviewed(S4, **order)
    assert w.only("cases").type is CaseType.REFUND_REQUEST
    return w


def stands(w, goods_now):
    w.change(lines=tuple(replace(x, fulfilment=goods_now) for x in w.stored().lines))


def notes(w):
    return [e.text for e in w.store.tables.entries if "entry_case_stands" in e.text]


def money_asked_for(w):
    """Return what the provider was asked to give back."""
    rows = [row for row in w.outbox() if row.kind is OutboxKind.PAYMENT_REFUND]
    return [row.payload["amount_minor"] for row in rows]


@pytest.mark.parametrize("paid", [_P.PAID, _P.VERIFYING])
def test_an_accepted_wish_cancels_and_the_money_comes_back_with_that_once(paid):
    w = requested(paid=paid)
    w.decide()
    assert w.stored().state is OrderState.CANCELLING
    (row,) = w.outbox()  # the shop's command; no refund before the shop agreed
    assert row.kind is OutboxKind.SHOP_CANCEL
    assert row.idempotency_key == w.only("cases").idempotency_key
    assert w.told() == ["utter_told_case_accepted", "utter_cancel_done_refund"]
    w.run_relay()
    assert w.stored().state is OrderState.CANCELLED
    assert w.only("refunds").amount == Money(1999, "USD")
    assert money_asked_for(w) == [1999]
    assert not notes(w)


LEFT = {
    "preparing": (_F.PREPARING, True),
    "a pickup arranged": (_F.PICKUP_ARRANGED, True),
    "shipped": (_F.SHIPPED, True),
    "lost": (_F.LOST, True),
    "delivered": (_F.DELIVERED, False),
    "picked up": (_F.PICKED_UP, False),
}


@pytest.mark.parametrize("what", LEFT)
def test_once_the_goods_are_seen_to_only_the_money_comes_back_and_that_is_said(what):
    goods_now, may_arrive = LEFT[what]
    w = requested()
    stands(w, goods_now)
    w.decide()
    assert money_asked_for(w) == [1999]
    w.run_relay()
    assert w.stored().state is OrderState.OPEN
    assert not [row for row in w.outbox() if row.kind is OutboxKind.SHOP_CANCEL]
    assert (STANDS in w.told(), len(notes(w))) == (may_arrive, int(may_arrive))


def test_goods_of_which_some_have_begun_are_not_cancelled():
    w = requested()
    goods(w)
    one, other = w.stored().lines
    w.change(lines=(one, replace(other, fulfilment=_F.SHIPPED)))
    w.decide()
    assert w.stored().state is OrderState.OPEN
    assert len(money_asked_for(w)) == 1
    assert STANDS in w.told()


@pytest.mark.parametrize("change", [price, goods, gone, closed])
def test_another_order_than_was_shown_is_refused_and_nothing_is_half_done(change):
    w = requested()
    change(w)
    with pytest.raises(NotPossible, match="Nothing was changed"):
        w.decide()
    assert w.is_untouched()


def test_while_another_cancellation_runs_the_money_is_left_to_it():
    w = requested()
    w.change(state=OrderState.CANCELLING)
    with pytest.raises(NotPossible, match="Nothing was changed"):
        w.decide()
    assert w.is_untouched()


@pytest.mark.parametrize("state", [OrderState.CANCELLED, OrderState.COMPLETED])
def test_what_is_over_is_not_cancelled_again_and_its_money_comes_back(state):
    w = requested()
    cancelled(w)
    w.change(state=state)
    w.decide()
    assert w.stored().state is state
    assert money_asked_for(w) == [1999]


def test_a_part_brings_back_that_part_and_the_order_stays():
    w = requested()
    w.decide(PARTLY, "goodwill", lines=("1",))
    assert w.stored().state is OrderState.OPEN
    assert money_asked_for(w) == [1999]
    assert w.told() == ["utter_told_case_partly", STANDS]


def test_a_no_changes_nothing():
    w = requested()
    before = w.stored()
    w.decide(DECLINED, "rules_exclude_it")
    assert (w.stored(), w.outbox()) == (before, [])
    assert w.told() == ["utter_told_case_declined"]


def again(w, verdict=ACCEPTED):
    policy = w.wiring.policies[S4]
    dispute = replace(policy.dispute, mode=DisputeMode.REVIEW_ON_REQUEST)
    w.wiring.policies[S4] = replace(policy, dispute=dispute)
    w.desk.escalating.by_person(w.case_number, "They wrote again.", user="mia", now=w.now)
    w.decide(verdict, user="noa")


@pytest.mark.parametrize("answered", [False, True])
def test_a_review_of_what_was_carried_out_moves_no_money_beside_it(answered):
    w = requested()
    w.decide()
    if answered:
        w.run_relay()
    before = money_asked_for(w)
    again(w)
    assert money_asked_for(w) == before  # until the shop agrees nothing is certain
    w.run_relay()
    assert w.stored().state is OrderState.CANCELLED
    assert money_asked_for(w) == [1999]
    assert [row.kind for row in w.outbox()].count(OutboxKind.SHOP_CANCEL) == 1


def test_after_the_shops_no_a_review_can_still_give_the_money_back():
    w = requested()
    w.decide()
    w.shop = FakeShop(ShopSaid(acknowledged=False, reason="packed"))
    w.run_relay()
    assert w.stored().state is OrderState.OPEN
    assert not money_asked_for(w)
    again(w)
    assert money_asked_for(w) == [1999]
    assert w.told()[-1] == STANDS
