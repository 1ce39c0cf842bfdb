"""The relay: carries outbox rows to the shop, the payment provider and the mail, at least once."""

from collections.abc import Callable
from datetime import datetime

from aftersale.services.ports import Mail, Payments, ShopOrders
from aftersale.services.wiring import Wiring


class Relay:
    """Claims by lease, delivers outside any transaction, then writes down what came of it."""

    def __init__(
        self,
        wiring: Wiring,
        *,
        shop: ShopOrders,
        payments: Payments,
        mail: Mail,
        lease: float = 60.0,
        max_attempts: int = 8,
    ) -> None:
        raise NotImplementedError

    def run(self, now: datetime, *, jitter: Callable[[], float], limit: int = 10) -> int:
        """Deliver what is due; return how many rows were handled. `jitter` gives 0 to 1."""
        raise NotImplementedError
