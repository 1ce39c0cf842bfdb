"""Money that a person may be sending by hand is never asked for once more, in whatever form."""

from dataclasses import replace

import pytest

from aftersale.domain.cases import CaseType
from aftersale.domain.money import Money
from aftersale.domain.orders import OrderState
from aftersale.errors import NotPossible, ProviderRefused
from tests.unit.services.acting import REVIEWER, SUPERVISOR, WHY, DeskWorld
from tests.unit.services.test_acting import DELIVERED
from tests.unit.services.test_case_decisions import ACCEPTED, REFUND, two_lines
from tests.unit.services.test_refunds_once import CaseWorld, another_case
from tests.unit.services.world import S2, S3, S4

FORMS = [{}, {"line_ids": ("2",)}, {"amount_minor": 700}]


def delivered():
    return DeskWorld(S3, goods=DELIVERED).two_lines()


def without_payment(w):
    return w.change(payment=replace(w.stored().payment, provider_ref=None))


def refund(w, **asked):
    return w.act("refund", user=SUPERVISOR, override=WHY, **asked)


def refused(w, **asked):
    refund(w, **asked)
    w.payments.failures = [ProviderRefused("no")]
    w.run_relay()
    return w


def barred(w, **asked):
    weighed = w.ask("refund", user=SUPERVISOR, **asked).weighed
    return weighed.by_override is None and weighed.barred


@pytest.mark.parametrize("first", FORMS)
@pytest.mark.parametrize("again", FORMS)
def test_a_refused_refund_is_not_asked_for_again(first, again):
    assert barred(refused(delivered(), **first), **again) == "refund_by_hand"


def test_other_lines_than_the_refused_ones_are_free():
    w = refused(delivered(), line_ids=("2",))
    refund(w, line_ids=("1",))
    assert [each.amount.minor for each in w.store.tables.refunds.values()] == [1001, 1999]


def test_a_cancellation_after_a_refused_refund_leaves_all_money_to_a_person():
    w = refused(DeskWorld(S2).two_lines(), line_ids=("2",))
    w.act("cancel", user=SUPERVISOR)
    w.run_relay()
    assert w.stored().state is OrderState.CANCELLED
    assert len(w.store.tables.refunds) == 1
    assert "utter_told_cancelled_manual" in w.told()


@pytest.mark.parametrize("again", FORMS)
def test_what_a_person_sends_is_not_asked_for_again(again):
    w = delivered()
    without_payment(w)
    refund(w, line_ids=("2",))
    assert barred(w, **again) == "refund_by_hand"


def test_two_cases_about_the_same_line_are_one_case_for_whoever_sends_the_money():
    w = CaseWorld(S4, case={**REFUND, "line_ids": ("2",)})
    two_lines(w)
    without_payment(w)
    w.decide(ACCEPTED)
    another_case(w, line_ids=("2",)).decide(ACCEPTED)
    by_hand = [c for c in w.store.tables.cases.values() if c.type is CaseType.REFUND_REQUEST]
    assert len(by_hand) == 3  # the two that were decided, and one to send it


def test_a_cancellation_of_the_same_line_opens_no_second_case():
    w = DeskWorld(S2).two_lines()
    without_payment(w)
    refund(w, line_ids=("1", "2"))
    w.act("cancel", user=SUPERVISOR)
    w.run_relay()
    assert w.stored().state is OrderState.CANCELLED
    assert len(w.store.tables.cases) == 1


def test_where_every_line_went_back_what_is_left_is_an_amount():
    w = delivered()
    w.change(total=Money(3500, "USD"))  # with the postage
    refund(w, line_ids=("1",))
    refund(w, line_ids=("2",))
    with pytest.raises(NotPossible, match="went back already"):
        w.act("refund", user=REVIEWER, override=WHY)
    refund(w, amount_minor=500)
    assert sum(each.amount.minor for each in w.store.tables.refunds.values()) == 3500
