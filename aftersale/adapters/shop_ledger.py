"""The embedded order ledger: a shop whose order system is our own store. Acknowledges at once."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShopSaid:
    """A shop's answer: done (True), refused (False, with the reason), or later (None)."""

    acknowledged: bool | None
    reason: str | None = None


class ShopLedger:
    """The `ShopOrders` port without a shop behind it: the store already holds the order."""

    def cancel(
        self,
        *,
        storefront: str,  # noqa: ARG002  the port's names
        number: str,  # noqa: ARG002
        line_ids: Sequence[str],  # noqa: ARG002
        idempotency_key: str,  # noqa: ARG002
    ) -> ShopSaid:
        """Acknowledge; the same key again is acknowledged again."""
        return ShopSaid(acknowledged=True)
