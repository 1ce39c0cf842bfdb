"""Only the moves of the tables are accepted, on every axis of an order."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftersale.domain.fulfilment import FULFILMENT_MOVES, FulfilmentState
from aftersale.domain.orders import ORDER_MOVES, OrderState
from aftersale.domain.payments import PAYMENT_MOVES, PaymentState
from aftersale.errors import IllegalMove
from aftersale.store.order_moves import check_moves
from aftersale.store.shop_word import merged
from tests.integration.store.things import a_line, an_order

ORDER = an_order()


def with_states(state, payment, goods):
    return replace(
        ORDER,
        state=state,
        payment=replace(ORDER.payment, state=payment),
        lines=(a_line("L1", fulfilment=goods),),
        shipments=(replace(ORDER.shipments[0], state=goods),),
    )


def legal(table, old, new):
    return new is old or new in table[old]


STATES = st.tuples(
    st.sampled_from(OrderState), st.sampled_from(PaymentState), st.sampled_from(FulfilmentState)
)


@given(old=STATES, new=STATES)
def test_a_change_is_accepted_exactly_when_every_axis_may_move_so(old, new):
    tables = (ORDER_MOVES, PAYMENT_MOVES, FULFILMENT_MOVES)
    allowed = all(map(legal, tables, old, new))
    try:
        check_moves(with_states(*old), with_states(*new))
    except IllegalMove:
        assert not allowed
    else:
        assert allowed


@given(old=STATES, told=STATES, version=st.integers(0, 10))
def test_whatever_the_shop_says_nothing_that_was_settled_is_undone(old, told, version):
    stored = with_states(*old)
    taken = merged(stored, replace(with_states(*told), source_version=version))
    if version <= stored.source_version:
        assert taken is None
    if taken is None:
        return
    if old[0] is OrderState.CANCELLED:
        assert taken.state is OrderState.CANCELLED
    if old[0] is OrderState.CANCELLING:
        assert taken.state in {OrderState.CANCELLING, OrderState.CANCELLED}
    if old[1] in {PaymentState.REFUNDED, PaymentState.VOIDED}:
        assert taken.payment.state is old[1]
    assert taken.lines[0].fulfilment is told[2]


@pytest.mark.parametrize(
    ("table", "states"),
    [
        (ORDER_MOVES, OrderState),
        (PAYMENT_MOVES, PaymentState),
        (FULFILMENT_MOVES, FulfilmentState),
    ],
)
def test_every_state_has_its_row_in_the_table(table, states):
    assert set(table) == set(states)
