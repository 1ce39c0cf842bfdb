"""The verified buyer's own orders, for the interface that shows them beside the chat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aftersale.domain.conversations import Conversation
from aftersale.domain.orders import Order
from aftersale.errors import NotFound, NotVerified
from aftersale.policy.knobs import Policy
from aftersale.services.conversations import identity_of
from aftersale.services.ports import UowFactory


@dataclass(frozen=True, slots=True)
class BuyerOrder:
    """An order with the storefront's own name for its state."""

    order: Order
    label: str


class BuyerOrders:
    """Reads orders of the buyer whom the conversation is verified for, and of nobody else."""

    def __init__(self, *, uow: UowFactory, policies: Mapping[str, Policy]) -> None:
        self._uow = uow
        self._policies = policies

    def list(self, conversation: Conversation, now: datetime) -> Sequence[BuyerOrder]:
        """Return the buyer's orders, newest first.

        Raises:
            NotVerified: nobody vouched for the buyer, or no longer.
        """
        buyer_id = _buyer_id(conversation, now)
        with self._uow() as uow:
            orders = uow.orders.of_buyer(conversation.storefront, buyer_id)
        return [self._labelled(order) for order in orders]

    def get(self, conversation: Conversation, number: str, now: datetime) -> BuyerOrder:
        """Return one order of the buyer.

        Raises:
            NotFound: unknown, or somebody else's: the same.
        """
        buyer_id = _buyer_id(conversation, now)
        with self._uow() as uow:
            order = uow.orders.find_own(conversation.storefront, number, buyer_id)
        if order is None:
            raise NotFound("There is no such order.")
        return self._labelled(order)

    def _labelled(self, order: Order) -> BuyerOrder:
        return BuyerOrder(order, self._policies[order.storefront].label(order))


def _buyer_id(conversation: Conversation, now: datetime) -> str:
    buyer_id = identity_of(conversation, now).buyer_id
    if buyer_id is None:
        raise NotVerified("Please sign in to the shop to see your orders.")
    return buyer_id
