"""Money comes back once: whichever case, cancellation or event asked for it, and how often."""

from dataclasses import replace

import pytest

from aftersale.domain.cases import CaseType
from aftersale.domain.money import Money
from aftersale.domain.orders import OrderState
from aftersale.domain.payments import PaymentState
from aftersale.domain.requests import OutboxKind
from aftersale.errors import ProviderRefused
from aftersale.services.reply import money
from tests.unit.services.cases import CaseWorld
from tests.unit.services.test_case_decisions import ACCEPTED, REFUND, escalate, two_lines
from tests.unit.services.world import S2, S3, S4


def amounts(w):
    return sorted(refund.amount.minor for refund in w.store.tables.refunds.values())


def another_case(w, key="two", **more):
    w.number_of_case = w.file(key=key, **(REFUND | more)).number
    return w


def told_with(w, monkeypatch):
    """Return the list that fills with what is told from now on, with its variables."""
    said = []

    def say(response, variables, **_):
        said.append((response, variables))
        return [], []

    monkeypatch.setattr(w.wiring.voice, "say", say)
    return said


def test_two_cases_about_the_same_line_refund_it_once():
    w = CaseWorld(S4, case={**REFUND, "line_ids": ("2",)})
    two_lines(w)
    w.decide(ACCEPTED)
    another_case(w, line_ids=("2",)).decide(ACCEPTED)
    assert amounts(w) == [1001]
    another_case(w, key="three").decide(ACCEPTED)  # the whole order: only what is left of it
    assert amounts(w) == [1001, 1999]


def test_a_hold_is_not_released_for_some_of_its_goods():
    w = CaseWorld(S4, case={**REFUND, "line_ids": ("2",)}, paid=PaymentState.AUTHORISED)
    two_lines(w)
    w.decide(ACCEPTED)
    assert not [row for row in w.outbox() if row.kind is OutboxKind.PAYMENT_RELEASE]
    assert not w.store.tables.refunds


def test_a_refused_refund_is_left_to_the_person_who_has_it(monkeypatch):
    w = CaseWorld(S3, case=REFUND)
    w.decide(ACCEPTED)
    w.payments.failures = [ProviderRefused("no")]
    w.run_relay()
    by_hand = next(c for c in w.store.tables.cases.values() if c.type is CaseType.PAYMENT_REFUSED)
    escalate(w)
    w.yes()
    said = told_with(w, monkeypatch)
    w.decide(ACCEPTED, "evidence_shows", user="noa")
    assert amounts(w) == [1999]  # the one that was refused, and no other
    (_, variables) = said[0]
    assert (variables["refund_amount"], variables["by_hand"]) == (None, by_hand.number)


def cancelled(w):
    w.cancel.propose(w.call(), w.hint())
    w.yes()
    return w.later(minutes=5)


def test_what_is_told_after_a_cancellation_is_what_is_sent(monkeypatch):
    w = CaseWorld(S2, case={**REFUND, "line_ids": ("2",)})
    two_lines(w)
    cancelled(w).decide(ACCEPTED)
    said = told_with(w, monkeypatch)
    w.run_relay()
    (_, variables) = next(each for each in said if each[0] == "utter_told_cancelled_refund")
    assert variables["amount"] == money(Money(1999, "USD"))
    assert amounts(w) == [1001, 1999]


@pytest.mark.parametrize("back", [PaymentState.REFUNDED, PaymentState.PAID])
def test_what_the_shop_gave_back_itself_is_not_given_back_again(back):
    w = cancelled(CaseWorld(S2))
    order = w.stored()
    word = replace(
        order,
        state=OrderState.CANCELLED,
        payment=replace(order.payment, state=back),
        source_version=order.source_version + 1,
    )
    assert w.shop_events.apply(word, now=w.now)
    assert w.stored().state is OrderState.CANCELLED
    asked = [row for row in w.outbox() if row.kind is OutboxKind.PAYMENT_REFUND]
    assert bool(asked) is (back is PaymentState.PAID)
    assert "utter_told_cancelled_none" not in w.told()  # it was charged, and came back
