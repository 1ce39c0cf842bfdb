"""The relay: at least once to the outside, exactly once in its effects."""

import pytest

from aftersale.adapters.shop_ledger import ShopSaid
from aftersale.domain.cases import CaseType
from aftersale.domain.orders import OrderKind, OrderState
from aftersale.domain.payments import PaymentState
from aftersale.domain.requests import OutboxState, RefundKind, RefundState, RequestState
from aftersale.errors import ProviderRefused, ProviderUnavailable
from aftersale.services.shop_events import LateAnswer
from tests.unit.fakes_outside import FakeMail, FakePayments, FakeShop
from tests.unit.services.world import NOW, S0, S2, S4, World


def confirmed(storefront=S2, **order):
    w = World(storefront, **order)
    w.propose()
    assert w.yes().response.startswith("utter_cancel_done")
    return w.later(seconds=60)


def row(w):
    return w.outbox()[0]


def test_nothing_leaves_before_the_undo_window_is_over():
    w = confirmed()
    w.now = NOW
    w.run_relay()
    assert w.shop.calls == []


def test_an_acknowledgement_cancels_order_and_lines_and_starts_the_refund():
    w = confirmed()
    assert w.relay().run(w.now, jitter=lambda: 0.0) == 1
    assert w.shop.calls == [(S2, w.number, ("1",), row(w).idempotency_key)]
    assert w.stored().state is OrderState.CANCELLED
    assert all(line.cancelled for line in w.stored().lines)
    assert w.stored().payment.state is PaymentState.PAID  # until the provider says so
    refund = w.only("refunds")
    assert (refund.kind, refund.state, refund.amount.minor) == (
        RefundKind.REFUND,
        RefundState.PENDING,
        1999,
    )
    assert w.told() == ["utter_told_cancelled_refund"]
    w.run_relay()
    assert w.only("refunds").state is RefundState.CONFIRMED
    assert w.stored().payment.state is PaymentState.REFUNDED
    assert w.told()[1:] == ["utter_told_refund_confirmed"]


@pytest.mark.req("R4.5")
def test_a_hold_is_released_and_never_refunded():
    from datetime import timedelta

    w = confirmed(
        S4,
        paid=PaymentState.AUTHORISED,
        kind=OrderKind.UNLIMITED_GROUP,
        campaign_ends_at=NOW + timedelta(days=1),
    )
    w.run_relay()
    assert list(w.payments.done.values()) == [("release", "pi_1")]
    assert w.stored().payment.state is PaymentState.VOIDED
    assert w.told() == ["utter_told_cancelled_release", "utter_told_release_confirmed"]


def test_where_nothing_was_paid_no_money_moves():
    w = confirmed(S4, paid=PaymentState.AWAITING)
    w.run_relay()
    assert w.payments.done == w.store.tables.refunds == {}
    assert w.told() == ["utter_told_cancelled_none"]


def test_a_payment_without_a_reference_goes_to_a_person():
    from dataclasses import replace

    w = confirmed()
    w.change(payment=replace(w.stored().payment, provider_ref=None))
    w.run_relay()
    assert w.only("cases").type is CaseType.REFUND_REQUEST
    assert w.told() == ["utter_told_cancelled_manual"]


def test_a_refusal_puts_the_order_back_opens_a_case_and_is_told():
    w = confirmed()
    w.shop = FakeShop(ShopSaid(acknowledged=False, reason="already packed"))
    w.run_relay()
    assert w.stored().state is OrderState.OPEN
    assert w.only("requests").state is RequestState.ENDED
    assert w.only("cases").type is CaseType.SHOP_REFUSED
    assert w.store.tables.entries[0].text == "already packed"
    assert w.told() == ["utter_told_shop_refused"]
    assert w.store.tables.refunds == {}
    assert w.yes().response == "utter_nothing_to_confirm"


def test_a_shop_that_answers_later_leaves_the_order_cancelling_until_it_does():
    w = confirmed()
    w.shop = FakeShop(ShopSaid(acknowledged=None))
    w.run_relay()
    assert w.stored().state is OrderState.CANCELLING
    key = row(w).idempotency_key
    for _ in range(2):
        assert w.shop_events.acknowledge(LateAnswer(S2, key, acknowledged=True), now=w.now)
    assert w.stored().state is OrderState.CANCELLED
    assert w.told() == ["utter_told_cancelled_refund"]
    assert len(w.store.tables.refunds) == 1


@pytest.mark.parametrize("key", ["unknown", "unsent"])
def test_an_acknowledgement_of_nothing_sent_is_not_taken(key):
    w = confirmed()
    key = row(w).idempotency_key if key == "unsent" else key
    assert not w.shop_events.acknowledge(LateAnswer(S2, key, acknowledged=True), now=w.now)
    assert w.stored().state is OrderState.CANCELLING


def test_one_storefront_does_not_answer_for_another():
    w = confirmed()
    w.shop = FakeShop(ShopSaid(acknowledged=None))
    w.run_relay()
    answer = LateAnswer(S4, row(w).idempotency_key, acknowledged=True)
    assert not w.shop_events.acknowledge(answer, now=w.now)
    assert w.stored().state is OrderState.CANCELLING


def test_a_late_refusal_puts_the_order_back():
    w = confirmed()
    w.shop = FakeShop(ShopSaid(acknowledged=None))
    w.run_relay()
    answer = LateAnswer(S2, row(w).idempotency_key, acknowledged=False, reason="no")
    w.shop_events.acknowledge(answer, now=w.now)
    assert w.stored().state is OrderState.OPEN


def test_silence_is_tried_again_with_the_same_key_and_longer_waits():
    w = confirmed()
    w.shop = FakeShop(*[ProviderUnavailable("down")] * 2)
    w.run_relay()
    assert len(w.shop.calls) == 1
    waits = []
    for _ in range(2):
        waits.append((row(w).not_before - w.now).total_seconds())
        w.now = row(w).not_before
        w.run_relay()
    assert waits == [2.0, 4.0]
    assert len({call[3] for call in w.shop.calls}) == 1
    assert w.stored().state is OrderState.CANCELLED


def test_jitter_spreads_the_waits():
    w = confirmed()
    w.shop = FakeShop(ProviderUnavailable("down"))
    w.relay().run(w.now, jitter=lambda: 0.5)
    assert (row(w).not_before - w.now).total_seconds() == 3.0


def test_a_shop_that_stays_silent_becomes_a_case_and_nothing_is_put_back():
    w = confirmed()
    w.shop = FakeShop(*[ProviderUnavailable("down")] * 9)
    for _ in range(3):
        w.run_relay()
        w.now = row(w).not_before
    w.run_relay()
    assert len(w.shop.calls) == 3
    assert row(w).state is OutboxState.DEAD
    assert w.stored().state is OrderState.CANCELLING
    assert w.told() == ["utter_told_shop_delayed"]


def test_a_refused_refund_becomes_a_case_and_is_told():
    w = confirmed()
    w.payments = FakePayments(ProviderRefused("closed account"))
    w.run_relay()
    assert w.only("refunds").state is RefundState.REFUSED
    assert w.only("cases").type is CaseType.PAYMENT_REFUSED
    assert w.told()[-1] == "utter_told_payment_refused"
    assert w.show.refund(w.call(), w.hint()).response == "utter_refund_refused"


def test_a_letter_that_cannot_be_delivered_becomes_a_case_and_is_told():
    w = World(S0)
    w.propose()
    w.yes()
    w.mail = FakeMail(ProviderRefused("no such address"))
    w.run_relay()
    assert w.told() == ["utter_told_letter_bounced"]
    assert w.only("cases").type is CaseType.SELLER_UNREACHABLE
    assert w.store.tables.contacts[0]["outcome"] == "bounced"


def test_a_letter_that_left_is_noted_as_sent():
    w = World(S0)
    w.propose()
    w.yes()
    w.run_relay()
    assert w.store.tables.contacts[0]["outcome"] == "sent"


class Killed(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("dies", ["before", "after"])
def test_a_crash_around_the_delivery_is_delivered_again_with_the_same_key(dies, monkeypatch):
    w = confirmed()
    relay, real = w.relay(), w.shop.cancel

    def crash(**command):
        if dies == "after":
            real(**command)
        raise Killed

    monkeypatch.setattr(w.shop, "cancel", crash)
    with pytest.raises(Killed):
        relay.run(w.now, jitter=lambda: 0.0)
    monkeypatch.undo()
    assert w.stored().state is OrderState.CANCELLING
    w.later(seconds=59).run_relay()
    assert w.stored().state is OrderState.CANCELLING, "still leased"
    assert w.cancel.undo(w.call()).response == "utter_undo_too_late"
    w.later(seconds=1).run_relay()
    assert len(w.shop.done) == 1
    assert w.stored().state is OrderState.CANCELLED
    assert len(w.store.tables.refunds) == 1
    assert w.told().count("utter_told_cancelled_refund") == 1


def test_a_crash_between_refund_and_acknowledgement_refunds_once():
    w = confirmed()
    relay = w.relay()
    relay.run(w.now, jitter=lambda: 0.0)
    real = w.payments.refund

    def crash(**command):
        real(**command)
        raise Killed

    w.payments.refund = crash
    with pytest.raises(Killed):
        relay.run(w.now, jitter=lambda: 0.0)
    w.payments.refund = real
    w.later(seconds=60).run_relay()
    assert len(w.payments.done) == 1
    assert w.told().count("utter_told_refund_confirmed") == 1


def test_two_relays_that_delivered_the_same_row_write_its_outcome_once():
    w = confirmed()
    slow = w.relay()
    real = w.shop.cancel

    def slower_than_the_lease(**command):
        w.shop.cancel = real
        said = real(**command)
        w.later(seconds=60).run_relay()
        return said

    w.shop.cancel = slower_than_the_lease
    slow.run(w.now, jitter=lambda: 0.0)
    assert len(w.store.tables.refunds) == 1
    assert w.told().count("utter_told_cancelled_refund") == 1


def test_every_effect_has_one_idempotency_key():
    w = confirmed()
    w.run_relay()
    keys = [r.idempotency_key for r in w.outbox()]
    assert len(keys) == len(set(keys)) == 2
    assert w.only("refunds").idempotency_key in keys
