import pytest

from aftersale.adapters.payments_stripe import StripePayments
from tests.integration.test_services_on_the_store import stored  # noqa: F401
from tests.stripe_server import SECRET_KEY, fake_stripe


@pytest.fixture
def stripe():
    """A stand-in for Stripe that keeps its contract and fails on request."""
    with fake_stripe() as server:
        yield server


@pytest.fixture
def payments(stripe):
    return StripePayments(SECRET_KEY, api_base=stripe.url, seconds=2)
