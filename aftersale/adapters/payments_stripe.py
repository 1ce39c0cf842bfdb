"""Stripe through its official library: refunds, and the release of an uncaptured PaymentIntent.

Before anything is asked for, the provider is asked what it has done already: our key is in each
refund's metadata, and a key in the header holds off a repetition that crosses with the first.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import stripe

from aftersale.adapters.stripe_events import KEY, read_refund
from aftersale.errors import ProviderPending, ProviderRefused, ProviderUnavailable
from aftersale.services.provider_word import ProviderRefund, Settled

SECONDS = 10.0  # for one call; a refund takes two
CANCELLED, CAPTURABLE = "canceled", "requires_capture"
NOT_A_NO = frozenset({"idempotency_key_in_use", "lock_timeout"})  # somebody else is at it

logger = logging.getLogger(__name__)


class StripePayments:
    """The `Payments` port. One object serves all threads."""

    def __init__(
        self, secret_key: str, *, api_base: str | None = None, seconds: float = SECONDS
    ) -> None:
        # It logs what it sends and gets, which belongs in no log of ours.
        logging.getLogger("stripe").setLevel(logging.WARNING)
        # The relay repeats, with its own patience; the library must not do so behind its back.
        self._stripe = stripe.StripeClient(
            secret_key,
            base_addresses={"api": api_base} if api_base else None,
            http_client=stripe.RequestsClient(timeout=seconds),
            max_network_retries=0,
        )

    def refund(
        self,
        *,
        provider_ref: str,
        amount_minor: int,
        currency: str,  # noqa: ARG002  Stripe refunds in the currency of the charge
        idempotency_key: str,
    ) -> str:
        """Return the id of the refund with this key, made now or before.

        Raises:
            ProviderRefused: a definite no.
            ProviderUnavailable: nobody knows; asking again finds out.
            ProviderPending: it is under way.
        """
        known = [each for each in self.refunds_of(provider_ref) if each.key == idempotency_key]
        if not known:
            with _told():
                asked: Any = {**_of(provider_ref), "amount": amount_minor}
                asked["metadata"] = {KEY: idempotency_key}
                made = self._stripe.v1.refunds.create(asked, {"idempotency_key": idempotency_key})
            known = [read_refund(_plain(made))]
        return _settled(known[-1])

    def release(self, *, provider_ref: str, idempotency_key: str) -> str:
        """Cancel the PaymentIntent; one that is cancelled already counts as released.

        Raises:
            ProviderRefused: a definite no: it was captured meanwhile, or is unknown.
            ProviderUnavailable: nobody knows; asking again finds out.
        """
        with _told():
            intent = self._stripe.v1.payment_intents.retrieve(provider_ref)
        if intent.status != CANCELLED:
            if intent.status != CAPTURABLE:
                raise ProviderRefused(f"The payment is {intent.status}: there is no hold.")
            with _told():
                intent = self._stripe.v1.payment_intents.cancel(
                    provider_ref, {}, {"idempotency_key": idempotency_key}
                )
        if intent.status != CANCELLED:
            raise ProviderPending("The hold is being released.")
        return intent.id

    def refunds_of(self, provider_ref: str) -> list[ProviderRefund]:
        """Return every refund of the payment, oldest first.

        Raises:
            ProviderRefused: there is no such payment.
            ProviderUnavailable: no answer.
        """
        with _told():
            asked: Any = {**_of(provider_ref), "limit": 100}
            pages = self._stripe.v1.refunds.list(asked)
            found = [read_refund(_plain(each)) for each in pages.auto_paging_iter()]
        return list(reversed(found))


def _of(provider_ref: str) -> dict[str, str]:
    """Return how Stripe is told which payment is meant."""
    return {"charge" if provider_ref.startswith("ch_") else "payment_intent": provider_ref}


def _plain(made: stripe.Refund) -> dict[str, Any]:
    plain: dict[str, Any] = made.to_dict()
    return plain


def _settled(refund: ProviderRefund) -> str:
    if refund.settled is Settled.FAILED:
        raise ProviderRefused(f"The refund failed ({refund.reason or 'no reason given'}).")
    if refund.settled is Settled.OPEN:
        raise ProviderPending("The refund is under way.")
    return refund.reference


@contextmanager
def _told() -> Iterator[None]:
    """Turn Stripe's errors into ours: never its texts, which may quote what we sent."""
    try:
        yield
    except (stripe.CardError, stripe.InvalidRequestError) as no:
        if no.code in NOT_A_NO:
            raise ProviderUnavailable("Stripe is busy with this payment.") from no
        raise ProviderRefused(f"Stripe refused ({no.code or 'no code'}).") from no
    except stripe.IdempotencyError as reused:
        raise ProviderRefused("Stripe knows this key with other contents.") from reused
    except (stripe.AuthenticationError, stripe.PermissionError) as shut:
        logger.exception("Stripe does not accept our key")
        raise ProviderUnavailable("Stripe does not accept our key.") from shut
    except stripe.StripeError as lost:  # no connection, no answer in time, 409, 429, 5xx
        raise ProviderUnavailable(f"Stripe gave no answer ({type(lost).__name__}).") from lost
