"""The Stripe adapter against localstripe: another's reading of the same contract."""

import json
import os
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from aftersale.adapters.payments_stripe import StripePayments
from aftersale.adapters.stripe_events import KEY, SIGNATURE, is_signed, read_event
from aftersale.errors import ProviderRefused, ProviderUnavailable
from tests.localstripe import PYTHON, localstripe, serving
from tests.stripe_server import SECRET_KEY


@pytest.fixture(scope="module")
def stripe(tmp_path_factory):
    if not PYTHON.exists() and not os.environ.get("CI"):
        pytest.skip("localstripe is not installed: run make .venv-localstripe/.synced")
    with localstripe(tmp_path_factory.mktemp("localstripe") / "log") as server:
        yield server


@pytest.fixture
def payments(stripe):
    yield StripePayments(SECRET_KEY, api_base=stripe.url, seconds=5)
    assert stripe.keyless == 0


def refund(payments, payment, *, key, amount=1999):
    return payments.refund(
        provider_ref=payment, amount_minor=amount, currency="USD", idempotency_key=key
    )


def test_a_refund_is_made_once_however_often_it_is_asked_for(stripe, payments):
    payment = stripe.pay(1999)
    references = {refund(payments, payment, key="refund:1") for _ in range(3)}
    (made,) = stripe.refunds(payment)
    assert references == {made["id"]}
    assert (made["amount"], made["metadata"]) == (1999, {KEY: "refund:1"})


def test_a_refund_whose_answer_was_lost_is_found_where_keys_mean_nothing(stripe, payments):
    payment = stripe.pay(1999)
    stripe.lose = 1
    with pytest.raises(ProviderUnavailable):
        refund(payments, payment, key="refund:2")
    assert refund(payments, payment, key="refund:2") == stripe.refunds(payment)[0]["id"]
    assert len(stripe.refunds(payment)) == 1


def test_parts_are_refunded_one_by_one(stripe, payments):
    payment = stripe.pay(5000)
    for part in (1, 2):
        refund(payments, payment, key=f"refund:part{part}", amount=1000 * part)
    assert sorted(each["amount"] for each in stripe.refunds(payment)) == [1000, 2000]


def test_a_hold_is_released_once_and_again_is_the_same(stripe, payments):
    payment = stripe.pay(1999, captured=False)
    for _ in range(2):
        assert payments.release(provider_ref=payment, idempotency_key="release:1") == payment
    assert stripe.ask("GET", f"/v1/payment_intents/{payment}")["status"] == "canceled"
    assert stripe.keys.count("release:1") == 1


def test_what_was_captured_is_no_hold(stripe, payments):
    with pytest.raises(ProviderRefused):
        payments.release(provider_ref=stripe.pay(1999), idempotency_key="release:2")


def test_a_payment_that_nobody_knows_is_refused(payments):
    with pytest.raises(ProviderRefused):
        refund(payments, "pi_unknown", key="refund:x")


def test_the_door_forgives_no_missing_key(stripe):
    with pytest.raises(HTTPError):
        urlopen(Request(f"{stripe.url}/v1/refunds", b"amount=1"))
    assert stripe.keyless == 1
    stripe.keyless = 0


def test_its_signature_is_the_one_we_check(stripe):
    got, arrived = [], threading.Event()

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.headers[SIGNATURE], body))
            self.send_response(200)
            self.end_headers()
            arrived.set()

        def log_message(self, *_):
            pass

    with serving(Listener) as url:
        _listen(stripe, url)
        stripe.pay(1999)
        assert arrived.wait(10)
    header, body = got[0]
    now = datetime.now(UTC)
    assert is_signed("whsec_1", header=header, body=body, now=now)
    assert not is_signed("whsec_2", header=header, body=body, now=now)
    assert not is_signed("whsec_1", header=header, body=body + b" ", now=now)
    assert read_event(json.loads(body)) is not None


def _listen(stripe, url):
    given = {"url": url, "secret": "whsec_1"}
    status, _ = stripe.forward("POST", "/_config/webhooks/ours", urlencode(given).encode())
    assert status == 200
