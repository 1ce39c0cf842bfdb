"""Jobs live through trouble: one bad row stops no other, and nothing is left in silence."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.adapters.shop_ledger import ShopSaid
from aftersale.domain.cases import CaseType
from aftersale.domain.orders import OrderState
from aftersale.domain.payments import PaymentState
from aftersale.domain.requests import OutboxState, Promise, RefundState
from aftersale.errors import ProviderUnavailable
from aftersale.services.reminders import REMIND_CANCEL
from aftersale.services.shop_events import LateAnswer
from tests.unit.fakes_outside import FakePayments, FakeShop
from tests.unit.services.world import NOW, S1, S2, World


def confirmed(*numbers):
    w = World(S2)
    for number in numbers:
        w.put(w.order(number))
        w.cancel.propose(w.call(), replace(w.hint(), number=number))
        w.yes()
    w.propose()
    w.yes()
    return w.later(seconds=60)


def acknowledge(w, key, *, yes):
    return w.shop_events.acknowledge(LateAnswer(S2, key, acknowledged=yes), now=w.now)


def shop_row(w):
    return [row for row in w.outbox() if row.kind.value == "shop.cancel"][-1]


@pytest.mark.parametrize("yes", [True, False])
def test_an_answer_to_an_earlier_command_does_not_decide_a_later_one(yes):
    w = confirmed()
    w.shop = FakeShop(ShopSaid(acknowledged=False, reason="packed"))
    w.run_relay()
    first = shop_row(w).idempotency_key
    w.propose()
    w.yes()
    acknowledge(w, first, yes=yes)
    assert w.stored().state is OrderState.CANCELLING
    assert w.told() == ["utter_told_shop_refused"]
    w.later(seconds=60).run_relay()
    assert w.stored().state is OrderState.CANCELLED


def test_a_command_that_the_shop_took_and_never_answered_becomes_a_case_once():
    w = confirmed()
    w.shop = FakeShop(ShopSaid(acknowledged=None))
    w.run_relay()
    assert w.later(hours=23, minutes=59).sweep.run(w.now).answers_missed == 0
    assert w.later(minutes=1).sweep.run(w.now, dry_run=True).answers_missed == 1
    assert w.sweep.run(w.now).answers_missed == 1
    assert w.sweep.run(w.now).answers_missed == 0
    assert w.told() == ["utter_told_shop_delayed"]
    assert w.only("cases").type is CaseType.SHOP_REFUSED
    assert acknowledge(w, shop_row(w).idempotency_key, yes=True)
    assert w.stored().state is OrderState.CANCELLED


def test_a_command_that_the_shop_answered_later_is_not_missed():
    w = confirmed()
    w.shop = FakeShop(ShopSaid(acknowledged=None))
    w.run_relay()
    acknowledge(w, shop_row(w).idempotency_key, yes=True)
    w.later(hours=25).sweep.run(w.now)
    assert "utter_told_shop_delayed" not in w.told()


def test_a_row_that_fails_in_here_stops_no_other_and_is_given_to_a_person_at_last():
    w = confirmed("900000000001")
    w.shop = FakeShop(*[RuntimeError("a fault of ours")] * 1)
    relay = w.relay()
    assert relay.run(w.now, jitter=lambda: 0.0) == 2
    states = sorted(row.state for row in w.outbox() if row.kind.value == "shop.cancel")
    assert states == [OutboxState.DONE, OutboxState.PENDING]
    w.shop = FakeShop(*[RuntimeError("a fault of ours")] * 9)
    for _ in range(4):
        w.later(minutes=20).run_relay()
    states = sorted(row.state for row in w.outbox() if row.kind.value == "shop.cancel")
    assert states == [OutboxState.DEAD, OutboxState.DONE]
    assert "utter_told_shop_delayed" in w.told()


def test_a_refund_that_the_shop_told_of_first_is_confirmed_all_the_same():
    w = confirmed()
    w.relay().run(w.now, jitter=lambda: 0.0)
    w.change(payment=replace(w.stored().payment, state=PaymentState.REFUNDED))
    w.run_relay()
    assert w.only("refunds").state is RefundState.CONFIRMED
    assert w.told()[-1] == "utter_told_refund_confirmed"


def test_a_provider_that_stays_silent_has_not_refused():
    w = confirmed()
    w.payments = FakePayments(*[ProviderUnavailable("down")] * 9)
    for _ in range(4):
        w.run_relay()
        w.later(minutes=20)
    assert w.only("refunds").state is RefundState.UNKNOWN
    assert w.only("cases").type is CaseType.UNKNOWN_EFFECT
    assert w.told()[-1] == "utter_told_payment_unknown"
    assert w.show.refund(w.call(), w.hint()).response == "utter_refund_unknown"


@pytest.mark.parametrize("dies", [False, True])
def test_a_letter_that_has_left_keeps_no_one_time_link(dies):
    w = World(S1)
    w.propose()
    w.yes()
    assert "/s/" in json.dumps(w.only("outbox").payload)
    if dies:
        w.mail.failures = [ProviderUnavailable("down")] * 9
    for _ in range(4):
        w.later(minutes=20).run_relay()
    row = w.only("outbox")
    assert row.state is (OutboxState.DEAD if dies else OutboxState.DONE)
    assert "/s/" not in json.dumps(row.payload)
    assert dies or "/s/" in next(iter(w.mail.sent.values()))[2]


def unpaid(*numbers):
    w = World(S1, paid=PaymentState.AWAITING, age=timedelta(days=21))
    for number in numbers:
        w.put(w.order(number, paid=PaymentState.AWAITING, age=timedelta(days=21)))
    return w


def test_orders_that_no_longer_cancel_themselves_are_in_no_other_orders_way(monkeypatch):
    monkeypatch.setattr("aftersale.jobs.sweep._PAGE", 1)
    w = unpaid("A-0001", "A-0002")
    w.shop = FakeShop(*[ShopSaid(acknowledged=False, reason="was paid")] * 3)
    assert w.sweep.run(NOW).auto_cancelled == 3
    w.run_relay()
    w.put(w.order("Z-0009", paid=PaymentState.AWAITING, age=timedelta(days=20, hours=1)))
    assert w.sweep.run(NOW, dry_run=True).auto_cancelled == 1
    assert w.sweep.run(NOW).auto_cancelled == 1


def test_one_order_that_fails_stops_neither_the_others_nor_what_comes_after(monkeypatch):
    w = unpaid("A-0001", "A-0002")
    w.store.tables.promises["p"] = Promise("p", "conv", S1, w.number, REMIND_CANCEL, NOW, NOW)
    real = w.sweep._cancel

    def fails(uow, judgement, now):
        if judgement.order.number == "A-0001":
            raise KeyError("a fault of ours")
        real(uow, judgement, now)

    monkeypatch.setattr(w.sweep, "_cancel", fails)
    swept = w.sweep.run(NOW)
    assert (swept.auto_cancelled, swept.reminders) == (2, 1)
    assert w.stored("A-0001").state is OrderState.OPEN
