"""The embedded payment ledger: confirms at once; for the demo and shops without a provider."""

import hashlib


class PaymentsLedger:
    """The `Payments` port without a provider; the reference follows from the idempotency key."""

    def refund(
        self,
        *,
        provider_ref: str,  # noqa: ARG002  the port's names
        amount_minor: int,  # noqa: ARG002
        currency: str,  # noqa: ARG002
        idempotency_key: str,
    ) -> str:
        """Confirm a refund; the same key gives the same reference."""
        return _reference(idempotency_key)

    def release(self, *, provider_ref: str, idempotency_key: str) -> str:  # noqa: ARG002
        """Confirm the release of a hold; the same key gives the same reference."""
        return _reference(idempotency_key)


def _reference(key: str) -> str:
    return f"ledger-{hashlib.sha256(key.encode()).hexdigest()[:24]}"
