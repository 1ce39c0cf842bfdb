"""The sweeper: what is due happens once, attributed and told."""

from datetime import timedelta

import pytest

from aftersale.adapters.shop_ledger import ShopSaid
from aftersale.domain.orders import OrderState
from aftersale.domain.payments import PaymentState
from aftersale.domain.requests import RequestState
from aftersale.jobs.sweep import Swept
from tests.unit.fakes_outside import FakeShop
from tests.unit.services.world import NOW, S1, S2, World


def unpaid(storefront=S1, **age):
    return World(storefront, paid=PaymentState.AWAITING, age=timedelta(**age))


@pytest.mark.req("R1.11")
@pytest.mark.parametrize(("seconds", "cancelled"), [(-1, 0), (0, 1), (1, 1)])
def test_an_unpaid_order_cancels_itself_after_20_days(seconds, cancelled):
    w = unpaid(days=20, seconds=seconds)
    assert w.sweep.run(NOW, dry_run=True).auto_cancelled == cancelled
    assert w.stored().state is OrderState.OPEN
    assert w.sweep.run(NOW).auto_cancelled == cancelled
    assert w.sweep.run(NOW).auto_cancelled == 0
    w.run_relay()
    assert w.told() == ["utter_told_auto_cancelled"] * cancelled
    if cancelled:
        assert w.stored().state is OrderState.CANCELLED
        assert "system:sweep" in [a.actor for a in w.store.tables.audit]
        assert w.store.tables.refunds == {}


def test_a_shop_without_that_rule_cancels_nothing_by_itself():
    assert unpaid(S2, days=90).sweep.run(NOW) == Swept()


def test_a_paid_order_never_cancels_itself():
    assert World(S1, age=timedelta(days=90)).sweep.run(NOW).auto_cancelled == 0


def test_without_a_conversation_it_is_cancelled_all_the_same():
    w = unpaid(days=21)
    w.store.tables.conversations.clear()
    w.sweep.run(NOW)
    w.run_relay()
    assert w.stored().state is OrderState.CANCELLED


def test_an_auto_cancellation_the_shop_refused_is_left_to_a_person():
    w = unpaid(days=21)
    w.shop = FakeShop(ShopSaid(acknowledged=False, reason="was paid"))
    w.sweep.run(NOW)
    w.run_relay()
    assert w.told() == ["utter_told_shop_refused"]
    assert w.sweep.run(NOW).auto_cancelled == 0
    assert w.stored().state is OrderState.OPEN


@pytest.mark.req("R1.5")
def test_a_request_that_an_import_has_overtaken_ends_once_and_is_told_as_shipped():
    w = World(S1)
    w.propose()
    w.yes()
    w.ship()  # as an import does: the order alone changes
    w.later(days=9)
    assert w.sweep.run(w.now, dry_run=True).requests_overtaken == 1
    swept = w.sweep.run(w.now)
    assert (swept.requests_overtaken, swept.requests_expired) == (1, 0)
    assert w.told() == ["utter_told_shipped_meanwhile"]
    assert w.only("requests").state is RequestState.ENDED
    assert w.sweep.run(w.now).requests_overtaken == 0
