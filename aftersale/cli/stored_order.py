"""The facts of a stored order, for commands that explain decisions. Reads; writes nothing."""

import os

from aftersale.errors import NotFound
from aftersale.policy.facts import Facts
from aftersale.services.facts_read import read_facts
from aftersale.services.ports import UowFactory
from aftersale.settings import Settings
from aftersale.store.database import make_engine
from aftersale.store.unit_of_work import make_uow_factory


def stored_facts(number: str, storefronts: list[str], uow: UowFactory | None = None) -> Facts:
    """Return the facts of the order as its own buyer would ask about it.

    Raises:
        NotFound: none of the storefronts has such an order.
    """
    with (uow or _configured())() as work:
        orders = [work.orders.find(storefront, number) for storefront in storefronts]
        order = next((order for order in orders if order is not None), None)
        if order is None:
            raise NotFound("No stored order has this number; `aftersale orders show` may help.")
        return read_facts(work, order, asking_buyer=order.buyer_id)


def _configured() -> UowFactory:
    return make_uow_factory(make_engine(Settings.from_env(os.environ).database_url))
