"""Where a buyer is spoken to when people at the desk begin: their newest talk, or a new one."""

import hashlib
import secrets
from datetime import datetime

from aftersale.domain.conversations import Conversation, Owner
from aftersale.domain.guests import may_hear
from aftersale.domain.orders import Order
from aftersale.domain.parties import Buyer
from aftersale.errors import NotFound
from aftersale.services.ports import UnitOfWork


def talk_with(uow: UnitOfWork, buyer: Buyer, now: datetime) -> Conversation:
    """Return the buyer's newest open conversation, or a new one that is theirs.

    A new one verifies nobody: the buyer reaches it by the link in the mail, or signed in.
    """
    known = uow.conversations.latest_of_buyer(buyer.storefront, buyer.buyer_id)
    if known is not None:
        return known
    conversation = Conversation(
        conversation_id=secrets.token_hex(16),
        storefront=buyer.storefront,
        owner=Owner.BOT,
        owner_version=1,
        created_at=now,
        # Of a token that nobody has: it opens nothing until the buyer comes by a link.
        token_hash=hashlib.sha256(secrets.token_bytes(32)).hexdigest(),
        token_expires_at=now,
        buyer_id=buyer.buyer_id,
        timezone=buyer.timezone,
        locale=buyer.locale,
    )
    uow.conversations.add(conversation)
    return conversation


def talk_about(
    uow: UnitOfWork, order: Order, conversation_id: str | None, now: datetime
) -> Conversation:
    """Return where the order's buyer is told: the named conversation when it may hear of it."""
    named = uow.conversations.get(conversation_id) if conversation_id else None
    if named is not None and not named.is_over and may_hear(named, order):
        return named
    buyer = uow.parties.buyer(order.buyer_id)
    if buyer is None:
        raise NotFound("There is no such buyer.")
    return talk_with(uow, buyer, now)
