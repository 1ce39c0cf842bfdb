"""Tell a buyer something they did not ask for just now, in the conversation it belongs to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aftersale.domain.conversations import Author, Conversation
from aftersale.domain.guests import may_hear
from aftersale.domain.orders import Order
from aftersale.services.channels.reaching import told_in
from aftersale.services.conversations import say
from aftersale.services.news import post_news
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply
from aftersale.services.terms import order_variables
from aftersale.services.wiring import Wiring


def tell(
    wiring: Wiring,
    uow: UnitOfWork,
    order: Order,
    response: str,
    *,
    conversation_id: str | None,
    now: datetime,
    more: Mapping[str, Any] | None = None,
    author: Author = Author.SYSTEM,
) -> bool:
    """Append a message about `order`; False when there is no conversation to tell it in.

    It is told where the buyer was heard last (`channels.reaching`). A conversation that is no
    longer this buyer's is never told; one that a guest opened for this order is.
    """
    conversation = _listening(wiring, uow, order, conversation_id, now=now)
    if conversation is None:
        return False
    seller = uow.parties.seller(order.seller_id) if order.seller_id else None
    variables = {
        **order_variables(order, seller, wiring.policy(order.storefront)),
        "payment": order.payment.display,
        "case_number": None,
        "choices": [],
        **(more or {}),
    }
    _say(wiring, uow, conversation, Reply(response, variables), author=author, now=now)
    return True


def tell_reply(
    wiring: Wiring,
    uow: UnitOfWork,
    order: Order,
    reply: Reply,
    *,
    conversation_id: str | None,
    now: datetime,
) -> bool:
    """Append what a yes would have been answered with, had it been carried out at once."""
    conversation = _listening(wiring, uow, order, conversation_id, now=now)
    if conversation is None:
        return False
    _say(wiring, uow, conversation, reply, author=Author.SYSTEM, now=now)
    return True


def _listening(
    wiring: Wiring, uow: UnitOfWork, order: Order, conversation_id: str | None, *, now: datetime
) -> Conversation | None:
    named = uow.conversations.get(conversation_id) if conversation_id else None
    if conversation_id and named is None:
        return None
    whose = (order.storefront, order.buyer_id)
    conversation = told_in(wiring, uow, named, buyer=whose, now=now)
    return conversation if conversation and may_hear(conversation, order) else None


def _say(
    wiring: Wiring,
    uow: UnitOfWork,
    conversation: Conversation,
    reply: Reply,
    *,
    author: Author,
    now: datetime,
) -> None:
    response, variables = reply.response, reply.variables
    event = say(
        uow,
        wiring.voice,
        conversation,
        response=response,
        variables=variables,
        author=author,
        now=now,
    )
    post_news(wiring, uow, conversation, event, response=response, variables=variables)
