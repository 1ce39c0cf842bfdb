"""From stored orders to facts and to the storefront's own status names."""

from datetime import timedelta
from decimal import Decimal

import pytest

from aftersale.domain.fulfilment import FulfilmentState as F
from aftersale.domain.fulfilment import Shipment
from aftersale.domain.money import Money
from aftersale.domain.orders import Order, OrderKind, OrderLine, OrderState
from aftersale.domain.parties import RestockingFee, Seller
from aftersale.domain.payments import Payment, PaymentMethod, PaymentState
from aftersale.domain.requests import OrderRequest, RequestKind, RequestState
from aftersale.policy.facts_from import facts_for
from aftersale.policy.labels import Status, status_of
from tests.unit.policy.cases import NOW, policies

PAID = Payment(PaymentMethod.CARD, PaymentState.PAID, paid_at=NOW)


def order(*states: F, payment: Payment = PAID, state=OrderState.OPEN, **more) -> Order:
    lines = tuple(
        OrderLine(str(n), "SKU", "Lamp", 1, Money(100, "USD"), fulfilment=where)
        for n, where in enumerate(states)
    )
    return Order(
        number="SC-1",
        storefront="status-gated",
        buyer_id="me",
        seller_id="s1",
        kind=OrderKind.NORMAL,
        state=state,
        placed_at=NOW - timedelta(days=2),
        currency="USD",
        total=Money(100, "USD"),
        lines=lines,
        payment=payment,
        **more,
    )


def in_payment(state: PaymentState) -> Payment:
    return Payment(PaymentMethod.CARD, state)


STATUSES = [
    (order(F.NONE), Status.AWAITING_SHIPPING),
    (order(F.NONE, payment=in_payment(PaymentState.AWAITING)), Status.AWAITING_PAYMENT),
    (order(F.NONE, payment=in_payment(PaymentState.AUTHORISED)), Status.AUTHORISED),
    (order(F.NONE, payment=in_payment(PaymentState.VERIFYING)), Status.VERIFYING),
    (order(F.NONE, payment=in_payment(PaymentState.FAILED)), Status.PAYMENT_FAILED),
    (order(F.NONE, payment=in_payment(PaymentState.VOIDED)), Status.PAYMENT_FAILED),
    (order(F.NONE, payment=in_payment(PaymentState.REFUNDED)), Status.REFUNDED),
    (order(F.NONE, payment=in_payment(PaymentState.PART_REFUNDED)), Status.AWAITING_SHIPPING),
    (order(F.PREPARING, F.NONE), Status.PREPARING),
    (order(F.PICKUP_ARRANGED, F.PREPARING), Status.PICKUP_ARRANGED),
    (order(F.SHIPPED, F.NONE), Status.PART_SHIPPED),
    (order(F.SHIPPED), Status.SHIPPED),
    (order(F.SHIPPED, F.DELIVERED), Status.SHIPPED),
    (order(F.DELIVERED, F.PICKED_UP), Status.DELIVERED),
    (order(F.DELIVERED, F.RETURNED), Status.DELIVERED),
    (order(F.LOST), Status.LOST),
    (order(F.LOST, F.DELIVERED), Status.LOST),
    (order(F.RETURNED), Status.RETURNED),
    (order(F.SHIPPED, state=OrderState.CANCELLED), Status.CANCELLED),
    (order(F.NONE, state=OrderState.CANCELLING), Status.CANCELLING),
    (order(F.DELIVERED, state=OrderState.COMPLETED), Status.COMPLETED),
    (order(), Status.AWAITING_SHIPPING),
]


@pytest.mark.parametrize(("placed", "status"), STATUSES)
def test_an_order_stands_at_one_status(placed, status):
    assert status_of(placed) is status


def test_a_label_is_the_storefronts_own_word():
    assert policies()["status-gated"].label(order(F.NONE)) == "Awaiting Shipping"
    assert policies()["status-gated"].label(order(F.PREPARING)) == "Awaiting Shipping"
    assert policies()["status-gated"].label(order(F.SHIPPED)) == "Awaiting Delivery"


def test_a_tab_is_named_where_the_storefront_has_tabs():
    assert policies()["supplier-consent"].tab(order(F.SHIPPED)) == "To receive"
    assert policies()["helpdesk"].tab(order(F.SHIPPED)) is None


def request(kind: RequestKind, state: RequestState, minutes: int = 0) -> OrderRequest:
    return OrderRequest(
        request_id="r",
        kind=kind,
        state=state,
        storefront="status-gated",
        order_number="SC-1",
        line_ids=("0",),
        actor="seller",
        conversation_id=None,
        created_at=NOW + timedelta(minutes=minutes),
        due_by=None,
        idempotency_key="k",
    )


def seller(**more) -> Seller:
    return Seller("s1", "status-gated", "Lamps & Co", "lamps@example.com", **more)


def facts_of(placed: Order | None, *requests: OrderRequest, by: Seller | None = None):
    return facts_for(
        placed, asking_buyer="me", storefront="status-gated", seller=by, requests=requests
    )


def test_the_facts_are_the_orders():
    parcel = Shipment("p", ("0",), F.SHIPPED, shipped_at=NOW - timedelta(days=1))
    later = Shipment("q", ("0",), F.SHIPPED, shipped_at=NOW)
    fee = RestockingFee(percent=Decimal(10))
    facts = facts_of(order(F.SHIPPED, shipments=(later, parcel)), by=seller(restocking_fee=fee))
    assert facts.shipped_at == parcel.shipped_at
    assert facts.delivered_at is None
    assert facts.lines[0].fulfilment is F.SHIPPED
    assert facts.paid_at == NOW
    assert facts.restocking_fee == fee
    assert facts.seller_known
    assert (facts.order_buyer, facts.asking_buyer) == ("me", "me")


def test_an_order_that_was_not_found_is_nobodys():
    facts = facts_of(None)
    assert (facts.order_number, facts.order_buyer, facts.lines) == (None, None, ())


def test_a_seller_whose_mail_bounces_cannot_be_written_to():
    assert not facts_of(order(F.NONE), by=seller(email_valid=False)).seller_known
    assert not facts_of(order(F.NONE)).seller_known


@pytest.mark.parametrize("state", list(RequestState))
def test_only_an_open_request_is_open(state):
    facts = facts_of(order(F.NONE), request(RequestKind.CANCELLATION, state))
    open_ones = {RequestState.SENT, RequestState.AGREED}
    assert facts.cancellation_open is (state in open_ones)
    counts = state in open_ones | {RequestState.DONE}
    assert facts.cancel_asked_at == (NOW if counts else None)
    assert not facts.hold_open


def test_a_hold_is_no_cancellation():
    facts = facts_of(order(F.NONE), request(RequestKind.HOLD, RequestState.SENT))
    assert facts.hold_open
    assert not facts.cancellation_open
    assert facts.cancel_asked_at is None


def test_the_newest_cancellation_counts_for_taking_it_back():
    kind, done = RequestKind.CANCELLATION, RequestState.DONE
    facts = facts_of(order(F.NONE), request(kind, done, 5), request(kind, done, 1))
    assert facts.cancel_asked_at == NOW + timedelta(minutes=5)
