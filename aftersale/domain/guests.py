"""A guest is the reader of one order: an identity that owns nothing and matches no buyer.

The id of a guest names the order and equals no buyer's id. So whatever asks for "this buyer's"
orders or cases finds none, except the one place that knows guests: looking up an order.
"""

from aftersale.domain.conversations import Conversation
from aftersale.domain.orders import Order

_PREFIX = "guest:"


def guest_id(storefront: str, number: str) -> str:
    """Return the id under which a guest reads the order of exactly this number."""
    return f"{_PREFIX}{storefront}/{number}"


def guest_number(buyer_id: str, storefront: str) -> str | None:
    """Return the number of the one order that the reader may see; None for a buyer."""
    opening = f"{_PREFIX}{storefront}/"
    return buyer_id.removeprefix(opening) if buyer_id.startswith(opening) else None


def is_guest(buyer_id: str | None) -> bool:
    """Whether the reader is no buyer but a guest, of whatever storefront."""
    return buyer_id is not None and buyer_id.startswith(_PREFIX)


def reads(buyer_id: str | None, order: Order) -> bool:
    """Whether this reader may see the order: its buyer, or the guest of this very order."""
    return buyer_id in {order.buyer_id, guest_id(order.storefront, order.number)}


def may_hear(conversation: Conversation, order: Order) -> bool:
    """Whether news of the order may be told in the conversation.

    One that belongs to a buyer hears of this buyer's orders alone, whatever a code opened in it.
    """
    if conversation.storefront != order.storefront:
        return False
    if conversation.buyer_id is not None:
        return order.buyer_id == conversation.buyer_id
    return conversation.guest_order == order.number
