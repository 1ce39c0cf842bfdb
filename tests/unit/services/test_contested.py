"""Whoever was slower reads again and goes by what it finds."""

import pytest

from aftersale.adapters.shop_ledger import ShopSaid
from aftersale.domain.errors import IllegalMove
from aftersale.domain.orders import OrderState
from aftersale.errors import LinkGone, RequestOpen, StaleOrder
from aftersale.services.consent import AnswerResult
from aftersale.services.contested import contested
from aftersale.services.shop_events import LateAnswer
from tests.unit.fakes import FakeOrders
from tests.unit.fakes_outside import FakeShop
from tests.unit.services.test_consent import token_in
from tests.unit.services.world import S1, S2, World

LOST = [StaleOrder("x"), RequestOpen("x"), IllegalMove("x", "a", "b")]


def failing(*errors):
    left = list(errors)

    def transaction():
        if left:
            raise left.pop(0)
        return "done"

    return transaction


@pytest.mark.parametrize("error", LOST)
def test_what_was_lost_is_tried_again_but_not_for_ever(error):
    assert contested(failing(error, error)) == "done"
    with pytest.raises(type(error)):
        contested(failing(*[error] * 3))


def test_a_refusal_is_final():
    with pytest.raises(LinkGone):
        contested(failing(LinkGone("x")))


@pytest.fixture
def lose_once(monkeypatch):
    """Return a function after which the next save of an order finds it changed."""
    real = FakeOrders.save

    def save(self, order, *, audit):
        monkeypatch.setattr(FakeOrders, "save", real)
        raise StaleOrder("The order changed in between.")

    return lambda: monkeypatch.setattr(FakeOrders, "save", save)


def test_a_supplier_who_agrees_while_the_order_changes_has_agreed(lose_once):
    w = World(S1)
    w.propose()
    w.yes()
    w.later(seconds=60).run_relay()
    ((_, _, text),) = w.mail.sent.values()
    lose_once()
    assert w.supplier.answer(token_in(text), agree=True, now=w.now) is AnswerResult.AGREED
    assert w.stored().state is OrderState.CANCELLING


def test_an_undo_while_the_order_changes_is_done(lose_once):
    w = World(S2)
    w.propose()
    w.yes()
    lose_once()
    assert w.cancel.undo(w.call()).response == "utter_undo_done"


def test_the_shops_answer_while_the_order_changes_is_taken(lose_once):
    w = World(S2)
    w.propose()
    w.yes()
    w.shop = FakeShop(ShopSaid(acknowledged=None))
    w.later(seconds=60).run_relay()
    lose_once()
    answer = LateAnswer(S2, w.outbox()[0].idempotency_key, acknowledged=True)
    assert w.shop_events.acknowledge(answer, now=w.now)
    assert w.stored().state is OrderState.CANCELLED
