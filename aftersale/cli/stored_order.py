"""The facts of a stored order, for commands that explain decisions. Reads; writes nothing."""

import os

from aftersale.domain.orders import Order
from aftersale.errors import NotFound
from aftersale.policy.facts import Facts
from aftersale.policy.facts_from import facts_for
from aftersale.services.ports import UnitOfWork, UowFactory
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
        return _facts(work, order)


def _facts(work: UnitOfWork, order: Order) -> Facts:
    return facts_for(
        order,
        asking_buyer=order.buyer_id,
        storefront=order.storefront,
        seller=work.parties.seller(order.seller_id) if order.seller_id else None,
        requests=work.requests.for_order(order.storefront, order.number),
    )


def _configured() -> UowFactory:
    return make_uow_factory(make_engine(Settings.from_env(os.environ).database_url))
