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
from aftersale.services.terms import amount_of
from tests.unit.services.cases import CaseWorld
from tests.unit.services.test_case_decisions import (
    ACCEPTED,
    PARTLY,
    REFUND,
    escalate,
    two_lines,
)
from tests.unit.services.world import S1, S2, S3, S4, World


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


def test_the_key_of_a_refund_is_short_whatever_the_lines_are_called():
    names = tuple(f"{n:036}" for n in range(20))
    w = CaseWorld(S4, case=REFUND)
    (line,) = w.stored().lines
    w.change(lines=tuple(replace(line, line_id=name) for name in names))
    w.decide(PARTLY, lines=names[:19])
    assert len(w.only("refunds").idempotency_key) <= 255  # the longest that Stripe takes
    another_case(w, line_ids=names[:2]).decide(ACCEPTED)
    assert len(w.store.tables.refunds) == 1


@pytest.mark.parametrize(
    ("total", "first", "second"),
    [(3000, 1999, 1001), (2700, 1799, 901), (3500, 1999, 1001), (0, 0, 0)],
)
def test_a_line_brings_back_its_share_of_what_was_paid(total, first, second):
    w = CaseWorld(S4)
    order = replace(two_lines(w), total=Money(total, "USD"))
    assert [amount_of(order, (line,)).minor for line in "12"] == [first, second]
    assert amount_of(order, ("1", "2")) == order.total


def test_what_the_shop_took_out_of_the_order_is_no_discount():
    w = CaseWorld(S4)
    one, other = two_lines(w).lines
    order = replace(
        w.stored(), lines=(one, replace(other, cancelled=True)), total=Money(1999, "USD")
    )
    assert amount_of(order, ("1",)).minor == 1999


def test_an_order_paid_while_it_cancels_itself_is_not_told_as_never_charged():
    w = World(S1, paid=PaymentState.AWAITING).later(days=21)
    assert w.sweep.run(w.now).auto_cancelled == 1
    w.change(payment=replace(w.stored().payment, state=PaymentState.PAID))
    w.run_relay()
    assert [row.kind for row in w.outbox()].count(OutboxKind.PAYMENT_REFUND) == 1
    assert "utter_told_auto_cancelled" not in w.told()


def test_a_hold_is_not_released_for_some_of_its_goods():
    w = CaseWorld(S4, case={**REFUND, "line_ids": ("2",)}, paid=PaymentState.AUTHORISED)
    two_lines(w)
    w.decide(ACCEPTED)
    assert not [row for row in w.outbox() if row.kind is OutboxKind.PAYMENT_RELEASE]
    assert not w.store.tables.refunds


@pytest.mark.parametrize("shared", [False, True])
def test_the_case_of_a_hold_that_a_person_sees_to_releases_nothing_and_opens_no_other(shared):
    w = CaseWorld(S4, case={**REFUND, "line_ids": ("2",)}, paid=PaymentState.AUTHORISED)
    two_lines(w)
    if shared:
        w.put(w.order("GB77-2", paid=PaymentState.AUTHORISED))
    w.decide(ACCEPTED)
    (by_hand,) = [c for c in w.store.tables.cases.values() if c.number != w.number_of_case]
    assert (by_hand.type, by_hand.line_ids) == (CaseType.REFUND_REQUEST, ("2",))
    w.number_of_case = by_hand.number
    w.decide(ACCEPTED)
    assert not [row for row in w.outbox() if row.kind is OutboxKind.PAYMENT_RELEASE]
    assert not w.store.tables.refunds
    assert len(w.store.tables.cases) == 2


@pytest.mark.parametrize(("state", "released"), [("open", False), ("cancelled", True)])
def test_a_hold_is_not_released_under_another_order_of_the_same_payment(state, released):
    w = CaseWorld(S4, case=REFUND, paid=PaymentState.AUTHORISED)
    w.put(replace(w.order("GB77-2", paid=PaymentState.AUTHORISED), state=OrderState(state)))
    w.decide(ACCEPTED)
    assert bool(w.store.tables.refunds) is released


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
