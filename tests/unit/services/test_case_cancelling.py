"""An accepted cancellation review cancels the order; what it cannot, it says and leaves alone."""

from dataclasses import replace

import pytest

from aftersale.adapters.shop_ledger import ShopSaid
from aftersale.domain.cases import CaseType
from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.orders import OrderState
from aftersale.domain.payments import PaymentState
from aftersale.domain.requests import OutboxKind
from aftersale.errors import NotPossible
from aftersale.policy.decision import Ask
from aftersale.policy.problem_knobs import LaunchMode
from aftersale.services.case_life.escalating import EscalateCase
from tests.unit.fakes_outside import FakeShop
from tests.unit.services.test_launch import launch
from tests.unit.services.waiting import (
    ACCEPTED,
    DECLINED,
    MEANWHILE,
    OVER,
    PARTLY,
    reviewed,
)
from tests.unit.services.world import S0, S2, S3, S4

_F, _P = FulfilmentState, PaymentState


@pytest.mark.parametrize("what", MEANWHILE)
def test_a_review_is_refused_alike(what):
    change, why = MEANWHILE[what]
    w = reviewed(S3)
    change(w)
    expected = {"shipped": "have left", "delivered": "have left"}.get(what, why)
    with pytest.raises(NotPossible, match=expected):
        w.decide()
    assert w.is_untouched()


REVIEWS = {
    "held money": (S4, OVER, "utter_cancel_done_release", OutboxKind.PAYMENT_RELEASE),
    "paid": (S3, {}, "utter_cancel_done_refund", OutboxKind.PAYMENT_REFUND),
    "unpaid": (S3, {"paid": _P.AWAITING}, "utter_cancel_done_none", None),
    "begun": (
        S4,
        {**OVER, "goods": _F.PREPARING},
        "utter_cancel_done_release",
        OutboxKind.PAYMENT_RELEASE,
    ),
}


@pytest.mark.parametrize("what", REVIEWS)
def test_an_accepted_cancellation_review_cancels_and_the_money_goes_as_it_was_paid(what):
    storefront, order, told, money = REVIEWS[what]
    w = reviewed(storefront, **order)
    assert w.only("cases").type is CaseType.CANCELLATION_REVIEW
    w.decide()
    assert w.stored().state is OrderState.CANCELLING
    assert w.told() == ["utter_told_case_accepted", told]
    (row,) = w.outbox()
    assert row.idempotency_key == w.only("cases").idempotency_key
    assert w.audited("order.cancelling")[0].actor == "agent:mia"
    w.run_relay()
    assert w.stored().state is OrderState.CANCELLED
    kinds = [row.kind for row in w.outbox() if row.kind is not OutboxKind.SHOP_CANCEL]
    assert kinds == ([money] if money else [])


def lose_seller(w):
    known = w.store.tables.sellers
    known["sel"] = replace(known["sel"], email_valid=False)


def switch_off(w):
    launch(w, actions={Ask.CANCEL: LaunchMode.OFF})


def test_where_only_the_seller_cancels_no_person_here_does():
    w = reviewed(S0, before=lose_seller)
    assert w.only("cases").type is CaseType.CANCELLATION_REVIEW
    with pytest.raises(NotPossible, match="seller_decides now"):
        w.decide()
    assert w.is_untouched()


def test_what_a_person_carries_out_because_it_is_off_follows_the_rules_beneath():
    w = reviewed(S0, before=switch_off)
    with pytest.raises(NotPossible, match="seller_decides now"):
        w.decide()


def letter(w):
    w.write(w.call(), w.hint(), reason_text="Which size is it?")


def test_a_question_that_reaches_no_seller_cancels_nothing():
    w = reviewed(S2, ask=letter, before=lose_seller)
    assert w.only("cases").type is CaseType.CANCELLATION_REVIEW
    w.decide()
    assert w.stored().state is OrderState.OPEN
    assert w.told() == ["utter_told_case_accepted"]


def test_a_finished_order_is_not_cancelled():
    w = reviewed(S3)
    w.change(state=OrderState.COMPLETED)
    with pytest.raises(NotPossible, match="Nothing was changed"):
        w.decide()
    assert w.is_untouched()


def test_what_was_promised_of_the_review_is_not_promised_again():
    w = reviewed(S4, **OVER)
    before = [promise.code for promise in w.store.tables.promises.values()]
    w.decide()
    assert [promise.code for promise in w.store.tables.promises.values()] == before


def test_a_part_is_seen_to_by_hand():
    w = reviewed(S3)
    w.decide(PARTLY, "goodwill")
    assert w.stored().state is OrderState.OPEN
    assert w.told() == ["utter_told_case_partly"]


def disagree(w):
    EscalateCase(w.wiring).propose(w.call(), None, "Please look again.")
    w.yes()


def test_a_review_that_turns_a_no_into_a_yes_cancels_then():
    w = reviewed(S3)
    w.decide(DECLINED, "not_shown")
    disagree(w)
    w.decide(ACCEPTED, user="noa")
    assert w.told()[-2:] == ["utter_told_case_reviewed_accepted", "utter_cancel_done_refund"]
    assert w.audited("order.cancelling")[0].actor == "agent:noa"


def test_what_was_carried_out_is_neither_repeated_nor_taken_back_by_a_review():
    w = reviewed(S3)
    w.decide()
    w.run_relay()
    disagree(w)
    with pytest.raises(NotPossible, match="carried out"):
        w.decide(DECLINED, "not_shown", user="noa")
    w.decide(ACCEPTED, user="noa")
    assert [r.kind for r in w.outbox()].count(OutboxKind.SHOP_CANCEL) == 1
    assert w.told()[-1] == "utter_told_case_reviewed_accepted"


def test_the_shops_no_is_told_like_any_other():
    w = reviewed(S3)
    w.decide()
    w.shop = FakeShop(ShopSaid(acknowledged=False, reason="packed"))
    w.run_relay()
    assert w.told()[2:] == ["utter_told_shop_refused"]
    assert w.stored().state is OrderState.OPEN
    kinds = [case.type for case in w.store.tables.cases.values()]
    assert kinds == [CaseType.CANCELLATION_REVIEW, CaseType.SHOP_REFUSED]
