from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.orders import OrderState
from aftersale.domain.payments import PaymentMethod, PaymentState
from aftersale.errors import IllegalMove, StaleOrder
from tests.integration.store.things import (
    BUYER,
    NOW,
    SHOP,
    a_line,
    an_audit,
    an_order,
    fill,
)

NUMBER = an_order().number


def stored(uow_factory, number=NUMBER):
    with uow_factory() as uow:
        return uow.orders.find(SHOP, number)


def save(uow_factory, order):
    with uow_factory() as uow:
        saved = uow.orders.save(order, audit=an_audit("saved"))
        uow.commit()
    return saved


def tell(uow_factory, order):
    with uow_factory() as uow:
        taken = uow.orders.upsert_from_shop(order, audit=an_audit("told"))
        uow.commit()
    return taken


def test_an_order_comes_back_as_it_was_told(uow_factory):
    fill(uow_factory, orders=[an_order()])
    assert stored(uow_factory) == an_order()


@pytest.mark.parametrize(
    "typed",
    [
        "SC-20261101-01",
        "sc-20261101-01",
        "SC2026110101",
        " sc 20261101 01 ",
        "#SC-20261101-01",
        "order SC-20261101-01",
        "Order no. SC-20261101-01",
        "no. sc/20261101/01",
        "order number: SC-20261101-01",
        "\uff33\uff23-20261101-01",  # full-width letters
    ],
)
def test_a_number_is_found_however_it_is_typed(uow_factory, typed):
    fill(uow_factory, orders=[an_order()])
    assert stored(uow_factory, typed) == an_order()


@pytest.mark.parametrize(
    "typed", ["", "order", "SC-20261101-02", "20261101", "#", "SC-20261101-01x"]
)
def test_another_number_finds_nothing(uow_factory, typed):
    fill(uow_factory, orders=[an_order()])
    assert stored(uow_factory, typed) is None


def test_a_number_of_another_storefront_finds_nothing(uow_factory):
    fill(uow_factory, orders=[an_order()])
    with uow_factory() as uow:
        assert uow.orders.find("status-gated", NUMBER) is None


def test_the_orders_of_a_buyer_come_newest_first(uow_factory):
    old = an_order("SC-20261001-01", placed_at=NOW - timedelta(days=30))
    fill(uow_factory, orders=[old, an_order()])
    with uow_factory() as uow:
        assert [one.number for one in uow.orders.of_buyer(SHOP, BUYER.buyer_id)] == [
            NUMBER,
            old.number,
        ]
        assert len(uow.orders.of_buyer(SHOP, BUYER.buyer_id, limit=1)) == 1
        assert uow.orders.of_buyer(SHOP, "somebody else") == []


def test_unpaid_orders_are_found_at_the_limit_and_not_before(uow_factory):
    order = an_order()
    awaiting = replace(order.payment, state=PaymentState.AWAITING)
    fill(uow_factory, orders=[replace(order, payment=awaiting)])
    with uow_factory() as uow:
        at = order.placed_at
        assert len(uow.orders.unpaid_before(SHOP, at)) == 1
        assert uow.orders.unpaid_before(SHOP, at - timedelta(microseconds=1)) == []


def test_unpaid_orders_are_read_page_by_page_and_none_twice(uow_factory):
    awaiting = replace(an_order().payment, state=PaymentState.AWAITING)
    numbers = ["SC-3", "SC-1", "SC-2"]
    fill(uow_factory, orders=[an_order(number, payment=awaiting) for number in numbers])
    seen, last = [], None
    with uow_factory() as uow:
        at = an_order().placed_at
        while page := uow.orders.unpaid_before(SHOP, at, after=last, limit=1):
            seen, last = [*seen, page[-1].number], page[-1]
    assert seen == sorted(numbers)


def test_saving_raises_the_version_and_writes_the_trail(uow_factory):
    fill(uow_factory, orders=[an_order()])
    saved = save(uow_factory, replace(an_order(), state=OrderState.CANCELLING))
    assert saved.version == 2
    assert stored(uow_factory) == saved
    with uow_factory() as uow:
        assert [entry.action for entry in uow.ledger.trail("order:S/1")] == ["tested", "saved"]


def test_a_stale_order_is_refused_and_nothing_is_written(uow_factory):
    fill(uow_factory, orders=[an_order()])
    save(uow_factory, replace(an_order(), state=OrderState.CANCELLING))
    with pytest.raises(StaleOrder):
        save(uow_factory, replace(an_order(), instructions="late"))
    assert stored(uow_factory).instructions is None
    with uow_factory() as uow:
        assert len(uow.ledger.trail("order:S/1")) == 2


def test_an_unknown_order_cannot_be_saved(uow_factory):
    fill(uow_factory)
    with pytest.raises(StaleOrder):
        save(uow_factory, an_order())


@pytest.mark.parametrize(
    "change",
    [
        lambda order: replace(order, payment=replace(order.payment, state=PaymentState.AWAITING)),
        lambda order: replace(
            order, lines=(replace(order.lines[0], fulfilment=FulfilmentState.NONE), order.lines[1])
        ),
        lambda order: replace(
            order, shipments=(replace(order.shipments[0], state=FulfilmentState.PREPARING),)
        ),
    ],
    ids=["payment", "line", "shipment"],
)
def test_an_illegal_move_is_refused_on_every_axis(uow_factory, change):
    fill(uow_factory, orders=[an_order()])
    with pytest.raises(IllegalMove):
        save(uow_factory, change(an_order()))
    assert stored(uow_factory) == an_order()


def test_a_cancelled_order_never_opens_again(uow_factory):
    fill(uow_factory, orders=[an_order()])
    gone = save(uow_factory, replace(an_order(), state=OrderState.CANCELLED))
    with pytest.raises(IllegalMove):
        save(uow_factory, replace(gone, state=OrderState.OPEN))


@pytest.mark.parametrize("source_version", [4, 5])
def test_the_shops_word_must_be_newer(uow_factory, source_version):
    fill(uow_factory, orders=[an_order()])
    old = an_order(source_version=source_version, instructions="older")
    assert tell(uow_factory, old) is None
    assert stored(uow_factory) == an_order()


def test_the_shops_newer_word_is_taken_lines_and_shipments_too(uow_factory):
    fill(uow_factory, orders=[an_order()])
    told = an_order(source_version=6, lines=(a_line("L9"),), shipments=())
    assert tell(uow_factory, told) == replace(told, version=2)
    assert stored(uow_factory) == replace(told, version=2)


def test_a_pending_cancellation_stays_while_facts_are_taken(uow_factory):
    fill(uow_factory, orders=[an_order()])
    save(uow_factory, replace(an_order(), state=OrderState.CANCELLING))
    shipped = tuple(replace(line, fulfilment=FulfilmentState.SHIPPED) for line in an_order().lines)
    taken = tell(uow_factory, an_order(source_version=6, lines=shipped))
    assert (taken.state, taken.lines) == (OrderState.CANCELLING, shipped)


def test_a_pending_cancellation_waits_for_its_answer_even_when_a_list_says_cancelled(uow_factory):
    fill(uow_factory, orders=[an_order()])
    save(uow_factory, replace(an_order(), state=OrderState.CANCELLING))
    taken = tell(uow_factory, an_order(source_version=6, state=OrderState.CANCELLED))
    assert taken.state is OrderState.CANCELLING


@pytest.mark.parametrize("late", [OrderState.OPEN, OrderState.COMPLETED])
def test_a_late_event_never_resurrects_a_cancelled_order(uow_factory, late):
    fill(uow_factory, orders=[an_order()])
    gone = save(uow_factory, replace(an_order(), state=OrderState.CANCELLED))
    assert tell(uow_factory, an_order(source_version=99, state=late)) is None
    assert stored(uow_factory) == gone


def test_a_line_that_was_cancelled_here_stays_cancelled(uow_factory):
    fill(uow_factory, orders=[an_order()])
    lines = (replace(an_order().lines[0], cancelled=True), an_order().lines[1])
    save(uow_factory, replace(an_order(), lines=lines))
    taken = tell(uow_factory, an_order(source_version=6))
    assert [line.cancelled for line in taken.lines] == [True, False]


def test_money_that_came_back_is_not_ungiven_by_a_late_event(uow_factory):
    fill(uow_factory, orders=[an_order()])
    back = replace(an_order().payment, state=PaymentState.REFUNDED)
    save(uow_factory, replace(an_order(), payment=back))
    assert tell(uow_factory, an_order(source_version=6)).payment == back


def test_naive_timestamps_are_refused(uow_factory):
    fill(uow_factory)
    with pytest.raises(Exception, match="time zone"):
        tell(uow_factory, an_order(placed_at=NOW.replace(tzinfo=None)))


def test_every_enum_value_can_be_stored(uow_factory):
    fill(uow_factory)
    for index, state in enumerate(PaymentState):
        payment = replace(an_order().payment, state=state, method=list(PaymentMethod)[index % 4])
        tell(uow_factory, an_order(f"SC-{index:05}", payment=payment))
    for index, goods in enumerate(FulfilmentState):
        tell(uow_factory, an_order(f"SD-{index:05}", lines=(a_line(fulfilment=goods),)))
    with uow_factory() as uow:
        assert len(uow.orders.of_buyer(SHOP, BUYER.buyer_id)) == 16
