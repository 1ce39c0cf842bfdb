"""The shop's word about an order, and what follows from it in our conversations."""

from datetime import datetime

from aftersale.domain.orders import Order
from aftersale.services.ports import UnitOfWork
from aftersale.services.wiring import Wiring


class ShopEvents:
    """Takes newer orders and late acknowledgements from the shop."""

    def __init__(self, wiring: Wiring) -> None:
        raise NotImplementedError

    def apply(self, order: Order, *, now: datetime) -> bool:
        """Take the shop's newer word with its consequences; False when it was old or not allowed."""
        raise NotImplementedError

    def apply_in(self, uow: UnitOfWork, order: Order, *, now: datetime) -> bool:
        """Do the same inside a transaction of the caller, who commits."""
        raise NotImplementedError

    def acknowledge(
        self, *, idempotency_key: str, acknowledged: bool, reason: str | None, now: datetime
    ) -> bool:
        """Take the shop's late answer to a `shop.cancel` it said it would answer later."""
        raise NotImplementedError
