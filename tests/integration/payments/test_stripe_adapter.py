"""The Stripe adapter against a server that keeps the published contract."""

import threading

import pytest

from aftersale.adapters.payments_stripe import StripePayments
from aftersale.adapters.stripe_events import KEY
from aftersale.errors import ProviderPending, ProviderRefused, ProviderUnavailable
from tests.stripe_server import problem


def refund(payments, *, key="refund:r1", amount=1999):
    return payments.refund(
        provider_ref="pi_1", amount_minor=amount, currency="USD", idempotency_key=key
    )


def release(payments, key="release:r1"):
    return payments.release(provider_ref="pi_1", idempotency_key=key)


def test_a_refund_carries_our_key_in_the_header_and_in_its_metadata(stripe, payments):
    stripe.pay("pi_1", 1999)
    reference = refund(payments)
    (made,) = stripe.refunds
    assert (made["id"], made["amount"], made["metadata"]) == (reference, 1999, {KEY: "refund:r1"})
    assert list(stripe.keys) == ["refund:r1"]
    assert stripe.keyless == 0


def test_the_same_refund_again_is_found_and_not_made_again(stripe, payments):
    stripe.pay("pi_1", 5000)
    assert refund(payments) == refund(payments)
    assert len(stripe.refunds) == 1
    assert stripe.calls.count(("POST", "/v1/refunds")) == 1


def test_two_refunds_of_one_payment_are_two(stripe, payments):
    stripe.pay("pi_1", 5000)
    assert refund(payments) != refund(payments, key="refund:r2")
    assert len(stripe.refunds) == 2


def test_a_refund_whose_answer_was_lost_is_found_by_its_metadata(stripe, payments):
    stripe.pay("pi_1", 1999)
    stripe.faults.append("lose")
    with pytest.raises(ProviderUnavailable):
        refund(payments)
    stripe.keys.clear()  # the provider forgets keys after a day
    assert refund(payments) == stripe.refunds[0]["id"]
    assert len(stripe.refunds) == 1


def test_a_refund_among_more_than_a_page_of_others_is_found(stripe, payments):
    stripe.pay("pi_1", 500_000)
    first = refund(payments, key="refund:first", amount=10)
    for n in range(120):
        stripe.post(
            "/v1/refunds", {"payment_intent": "pi_1", "amount": "10", "metadata[x]": "1"}, f"k{n}"
        )
    assert refund(payments, key="refund:first", amount=10) == first


@pytest.mark.parametrize(
    "fault",
    [
        "drop",
        problem(429, "rate_limit"),
        problem(500, None, "api_error"),
        problem(503, None, "api_error"),
        problem(409, "idempotency_key_in_use"),
        problem(400, "lock_timeout"),
        problem(401, None),
        problem(403, None),
    ],
    ids=["no connection", "429", "500", "503", "409", "locked", "401", "403"],
)
def test_what_is_no_definite_no_is_asked_again(stripe, payments, fault):
    stripe.pay("pi_1", 1999)
    stripe.faults.append(fault)
    with pytest.raises(ProviderUnavailable):
        refund(payments)
    assert refund(payments)
    assert len(stripe.refunds) == 1


def test_a_provider_that_does_not_answer_in_time_is_unavailable(stripe):
    payments = StripePayments("sk_test_of_the_tests", api_base=stripe.url, seconds=0.3)
    stripe.pay("pi_1", 1999)
    answered = threading.Event()
    stripe.during = lambda: answered.wait(5)
    with pytest.raises(ProviderUnavailable):
        refund(payments)
    with pytest.raises(ProviderUnavailable):  # the first still runs: a conflict, no second refund
        refund(payments)
    stripe.during = None
    answered.set()


@pytest.mark.parametrize(
    "fault",
    [
        problem(400, "charge_already_refunded"),
        problem(400, "amount_too_large"),
        problem(404, "resource_missing"),
        problem(402, "card_declined", "card_error"),
        problem(400, None, "idempotency_error"),
    ],
    ids=["refunded", "too large", "unknown", "declined", "key reused"],
)
def test_a_definite_no_is_refused_without_the_providers_words(stripe, payments, fault):
    stripe.pay("pi_1", 1999)
    stripe.faults.append(fault)
    with pytest.raises(ProviderRefused) as refused:
        refund(payments)
    assert "SECRET" not in refused.value.detail


def test_the_same_key_with_another_amount_is_no_second_refund(stripe, payments):
    stripe.pay("pi_1", 5000)
    refund(payments)
    refund(payments, amount=100)
    assert [each["amount"] for each in stripe.refunds] == [1999]


@pytest.mark.parametrize("status", ["pending", "requires_action"])
def test_a_refund_that_is_under_way_is_pending_and_not_made_again(stripe, payments, status):
    stripe.pay("pi_1", 1999)
    stripe.refund_status = status
    for _ in range(2):
        with pytest.raises(ProviderPending):
            refund(payments)
    stripe.refunds[0]["status"] = "succeeded"
    assert refund(payments) == stripe.refunds[0]["id"]
    assert len(stripe.refunds) == 1


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_a_refund_that_failed_is_refused(stripe, payments, status):
    stripe.pay("pi_1", 1999)
    stripe.refund_status = status
    with pytest.raises(ProviderRefused):
        refund(payments)


def test_a_hold_is_released_by_cancelling_the_payment_and_nothing_is_refunded(stripe, payments):
    stripe.pay("pi_1", 1999, captured=False)
    assert release(payments) == "pi_1"
    assert stripe.intents["pi_1"]["status"] == "canceled"
    assert stripe.refunds == []
    assert stripe.keyless == 0


def test_a_release_whose_answer_was_lost_is_seen_and_not_asked_for_again(stripe, payments):
    stripe.pay("pi_1", 1999, captured=False)
    stripe.faults.append("lose")
    with pytest.raises(ProviderUnavailable):
        release(payments)
    assert release(payments) == "pi_1"
    assert stripe.calls.count(("POST", "/v1/payment_intents/pi_1/cancel")) == 1


def test_what_was_captured_meanwhile_is_no_hold_and_is_refused(stripe, payments):
    stripe.pay("pi_1", 1999)
    with pytest.raises(ProviderRefused):
        release(payments)


def test_the_stand_in_forgives_no_missing_key(stripe):
    stripe.pay("pi_1", 1999)
    assert stripe.post("/v1/refunds", {"payment_intent": "pi_1", "amount": "1"}, None)[0] == 400
    assert (stripe.refunds, stripe.keyless) == ([], 1)
