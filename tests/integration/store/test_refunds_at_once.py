"""Two cases that grant the same money at the same moment bring it back once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from aftersale.domain.cases import CaseType, CaseVerdict
from aftersale.domain.orders import OrderState
from aftersale.services.case_life.refunding import refund_of
from aftersale.services.wiring import Wiring
from aftersale.store.unit_of_work import make_uow_factory
from tests.integration.store.things import NOW, a_case, a_conversation, an_audit, an_order, fill
from tests.unit.fakes_outside import FakeVoice, counting_ids
from tests.unit.services.world import POLICIES, S3


@pytest.fixture
def order(uow_factory):
    made = replace(an_order(), storefront=S3)
    made = replace(made, payment=replace(made.payment, provider_ref="pi_1"))
    fill(uow_factory, orders=[made], conversations=[a_conversation("c1")])
    return made


def wiring_of(engine):
    return Wiring(
        uow=make_uow_factory(engine),  # one each: they queue in the database alone
        policies=dict(POLICIES),
        voice=FakeVoice(),
        new_id=counting_ids(threading.current_thread().name),
        base_url="https://help.example",
    )


def test_the_same_line_is_refunded_once_by_cases_at_the_same_moment(engine, uow_factory, order):
    line = order.lines[0].line_id
    start = threading.Barrier(3)

    def grant(index):
        wiring = wiring_of(engine)
        case = a_case(
            f"C-0000-000{index}",
            storefront=S3,
            order_number=order.number,
            type=CaseType.REFUND_REQUEST,
            line_ids=(line,),
        )
        start.wait()
        with wiring.uow() as uow:
            refund_of(wiring, uow, case, CaseVerdict.ACCEPTED, lines=(), now=NOW)
            uow.commit()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(grant, range(3)))
    with uow_factory() as uow:
        refunds = uow.requests.refunds(S3, order.number)
    assert [refund.amount for refund in refunds] == [order.lines[0].price]


def test_orders_of_one_payment_know_of_each_other(uow_factory, order):
    with uow_factory() as uow:
        assert not uow.orders.paid_with_others(order)
        uow.orders.upsert_from_shop(replace(order, number="SC-20261101-02"), audit=an_audit())
        assert uow.orders.paid_with_others(order)
        gone = replace(order, number="SC-20261101-02", state=OrderState.CANCELLED)
        uow.orders.upsert_from_shop(replace(gone, source_version=9), audit=an_audit())
        assert not uow.orders.paid_with_others(order)
