"""The use cases over the real store: the way of a cancellation to its end, and a contested yes."""

import threading
from dataclasses import replace

import pytest

from aftersale.domain.cases import CaseVerdict
from aftersale.domain.orders import OrderState
from aftersale.domain.payments import PaymentState
from aftersale.domain.requests import AuditEntry
from aftersale.errors import CaseOver
from aftersale.services.cancel import CancelOrder
from aftersale.services.case_life.desk import CaseDesk
from aftersale.services.consent import AnswerResult, SupplierAnswer
from aftersale.services.show_order import ShowOrder
from aftersale.store.database import make_engine
from aftersale.store.migrate import upgrade
from aftersale.store.unit_of_work import make_uow_factory
from tests.unit.services.test_consent import token_in
from tests.unit.services.world import NOW, S1, S2, S3, World


@pytest.fixture
def stored(tmp_path):
    """Return a function that puts a world into a database of its own."""
    engine = make_engine(f"sqlite:///{tmp_path / 'app.db'}")
    upgrade(engine)
    uow = make_uow_factory(engine, lambda conversations: None)

    def put(storefront):
        w = World(storefront)
        tables = w.store.tables
        with uow() as unit:
            for buyer in tables.buyers.values():
                unit.parties.add_buyer(buyer)
            for seller in tables.sellers.values():
                unit.parties.add_seller(seller)
            for conversation in tables.conversations.values():
                unit.conversations.add(conversation)
            for order in tables.orders.values():
                audit = AuditEntry(NOW, "shop", "order.told", "order:x")
                unit.orders.upsert_from_shop(replace(order, source_version=1), audit=audit)
            unit.commit()
        w.wiring = replace(w.wiring, uow=uow)
        w.cancel, w.show = CancelOrder(w.wiring), ShowOrder(w.wiring)
        w.supplier = SupplierAnswer(w.wiring)
        return w

    yield put
    engine.dispose()


def order_and_told(w):
    with w.wiring.uow() as unit:
        order = unit.orders.find(w.storefront, w.number)
        events = unit.conversations.events("conv", since=0)
    return order, [event.body["response"] for event in events]


def test_a_cancellation_goes_its_whole_way(stored):
    w = stored(S2)
    w.propose()
    assert w.yes().response == "utter_cancel_done_refund"
    assert w.cancel.undo(w.call()).response == "utter_undo_done"
    w.propose()
    w.yes()
    w.later(seconds=60).run_relay()
    order, told = order_and_told(w)
    assert (order.state, order.payment.state) == (OrderState.CANCELLED, PaymentState.REFUNDED)
    assert told == ["utter_told_cancelled_refund", "utter_told_refund_confirmed"]
    assert w.show.refund(w.call(), w.hint()).response == "utter_refund_confirmed"
    assert w.cancel.undo(w.call()).response == "utter_undo_too_late"


def test_a_supplier_agrees_and_the_order_is_cancelled(stored):
    w = stored(S1)
    w.propose()
    w.yes()
    w.later(seconds=60).run_relay()
    ((_, _, text),) = w.mail.sent.values()
    assert w.supplier.answer(token_in(text), agree=True, now=w.now) is AnswerResult.AGREED
    w.run_relay()
    order, told = order_and_told(w)
    assert order.state is OrderState.CANCELLED
    assert told[0] == "utter_told_consent_agreed"


def test_the_same_yes_from_eight_threads_has_one_effect(stored):
    w = stored(S2)
    w.propose()
    calls, replies = [w.call() for _ in range(8)], []
    threads = [
        threading.Thread(target=lambda c=c: replies.append(w.cancel.confirm(c))) for c in calls
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    names = sorted(reply.response for reply in replies)
    assert names == ["utter_cancel_cancelling"] * 7 + ["utter_cancel_done_refund"]
    w.later(seconds=60).run_relay()
    assert len(w.shop.calls) == 1


def test_of_two_people_who_decide_at_once_one_has_decided(stored):
    w = stored(S3)
    w.propose()
    number, came_to = w.yes().variables["case_number"], []

    def decide(user, verdict):
        try:
            CaseDesk(w.wiring).deciding.decide(
                number, verdict, "rules_cover_it", user=user, now=w.now
            )
            came_to.append(verdict)
        except CaseOver:
            came_to.append(None)

    said = [("mia", CaseVerdict.ACCEPTED), ("noa", CaseVerdict.DECLINED)] * 3
    threads = [threading.Thread(target=decide, args=each) for each in said]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (counted,) = [verdict for verdict in came_to if verdict]
    order, told = order_and_told(w)
    accepted = counted is CaseVerdict.ACCEPTED
    assert len(came_to) == 6
    assert order.state is (OrderState.CANCELLING if accepted else OrderState.OPEN)
    assert told[0] == f"utter_told_case_{counted.value}"
