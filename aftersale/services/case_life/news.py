"""Tell a buyer news of a case, in the conversation the case belongs to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aftersale.domain.cases import Case
from aftersale.domain.conversations import Author, Conversation
from aftersale.services.case_life.words import case_variables
from aftersale.services.channels.reaching import told_in
from aftersale.services.conversations import say
from aftersale.services.news import post_news
from aftersale.services.ports import UnitOfWork
from aftersale.services.telling import tell
from aftersale.services.wiring import Wiring


def tell_case(
    wiring: Wiring,
    uow: UnitOfWork,
    case: Case,
    response: str,
    *,
    now: datetime,
    more: Mapping[str, Any] | None = None,
) -> bool:
    """Append a system message about the case; False when there is nobody to tell it to.

    A conversation that is no longer this buyer's is never told.
    """
    variables = {**case_variables(wiring, uow, case), **(more or {})}
    order = uow.orders.find(case.storefront, case.order_number) if case.order_number else None
    if order is not None and order.buyer_id == case.buyer_id:
        return tell(
            wiring,
            uow,
            order,
            response,
            conversation_id=case.conversation_id,
            now=now,
            more=variables,
        )
    conversation = _conversation(wiring, uow, case, now)
    if conversation is None:
        return False
    event = say(
        uow,
        wiring.voice,
        conversation,
        response=response,
        variables=variables,
        author=Author.SYSTEM,
        now=now,
    )
    post_news(wiring, uow, conversation, event, response=response, variables=variables)
    return True


def _conversation(
    wiring: Wiring, uow: UnitOfWork, case: Case, now: datetime
) -> Conversation | None:
    named = uow.conversations.get(case.conversation_id) if case.conversation_id else None
    if case.conversation_id and named is None:
        return None
    conversation = told_in(wiring, uow, named, buyer=(case.storefront, case.buyer_id), now=now)
    if conversation is None or case.buyer_id not in {None, conversation.buyer_id}:
        return None
    return conversation
