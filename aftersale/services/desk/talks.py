"""Where a buyer is spoken to when people at the desk begin: their newest talk, or a new one."""

import hashlib
import secrets
from datetime import datetime

from aftersale.domain.conversations import Conversation, Owner
from aftersale.domain.guests import may_hear
from aftersale.domain.orders import Order
from aftersale.domain.parties import Buyer
from aftersale.errors import NotFound
from aftersale.services.channels.reaching import told_in
from aftersale.services.ports import UnitOfWork
from aftersale.services.wiring import Wiring


def talk_with(wiring: Wiring, uow: UnitOfWork, buyer: Buyer, now: datetime) -> Conversation:
    """Return the open conversation where the buyer was heard last, or a new one that is theirs.

    A new one verifies nobody: the buyer reaches it by the link in the mail, or signed in.
    """
    whose = (buyer.storefront, buyer.buyer_id)
    known = told_in(wiring, uow, None, buyer=whose, now=now)
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
    wiring: Wiring,
    uow: UnitOfWork,
    order: Order,
    conversation_id: str | None,
    *,
    now: datetime,
) -> Conversation:
    """Return where the order's buyer is told: where it was about, if they still hear it there."""
    named = uow.conversations.get(conversation_id) if conversation_id else None
    if named is not None and not named.is_over and may_hear(named, order):
        whose = (order.storefront, order.buyer_id)
        return told_in(wiring, uow, named, buyer=whose, now=now) or named
    buyer = uow.parties.buyer(order.buyer_id)
    if buyer is None:
        raise NotFound("There is no such buyer.")
    return talk_with(wiring, uow, buyer, now)
