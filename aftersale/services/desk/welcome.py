"""Refuses new messages of a blocked buyer, politely and with another way; cases go on."""

from datetime import datetime

from aftersale.domain.conversations import Conversation
from aftersale.errors import BuyerBlocked
from aftersale.services.ports import UnitOfWork

_REFUSED = "We can't take messages in this chat at the moment. {way} Open cases go on as they are."
_AT_SHOP = "Please use the contact address on the shop's pages."


def require_welcome(
    uow: UnitOfWork, conversation: Conversation, now: datetime, *, write_to: str | None
) -> None:
    """Let the message in, unless its buyer is blocked; a guest counts as the order's buyer.

    Raises:
        BuyerBlocked: they are.
    """
    whose = conversation.buyer_id
    if whose is None and conversation.guest_order:
        order = uow.orders.find(conversation.storefront, conversation.guest_order)
        whose = order.buyer_id if order else None
    if whose is not None and uow.blocks.of(whose, now) is not None:
        way = f"Please write to {write_to}." if write_to else _AT_SHOP
        raise BuyerBlocked(_REFUSED.format(way=way))
