"""Which conversations fit what somebody at the desk types into the search."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, or_, select, union

from aftersale.domain.conversations import Author, EventType
from aftersale.domain.order_numbers import number_keys
from aftersale.store.tables import (
    BuyerRow,
    CaseRow,
    ConversationRow,
    EventRow,
    HandoffRow,
    OrderRow,
)

_RECENT = timedelta(days=30)  # words are looked for in what was said since then
_LOOKED_AT = 2_000  # conversations whose words are looked through, those of late first
_SHORTEST = 3  # letters of a word that is looked for in what was said


def conversations_with(words: str, storefronts: list[str], now: datetime) -> Select[str]:
    """Return the ids of conversations that the words fit, as a subquery.

    Number of an order or case, a buyer's name or e-mail, or words of a recent message. No
    storefronts means all of them.
    """
    found = [_by_order(words, storefronts), *_by_case(words), _by_buyer(words, storefronts)]
    if len(words) >= _SHORTEST:
        found.append(_by_what_was_said(words, storefronts, now))
    ids = union(*found).subquery()
    return select(ids.c.conversation_id)


def _by_order(words: str, storefronts: list[str]) -> Select[str]:
    keys = number_keys(words)
    own = OrderRow.number_key.in_(keys), *_here(OrderRow.storefront, storefronts)
    buyers = select(OrderRow.buyer_id).where(*own)
    numbers = select(OrderRow.number).where(*own)
    handed = select(HandoffRow.conversation_id).where(HandoffRow.order_number.in_(numbers))
    return select(ConversationRow.conversation_id).where(
        or_(
            ConversationRow.buyer_id.in_(buyers),
            ConversationRow.guest_order.in_(numbers),
            ConversationRow.conversation_id.in_(handed),
        )
    )


def _by_case(words: str) -> list[Select[str]]:
    number = words.strip().upper()
    case = CaseRow.number == number
    handed = select(HandoffRow.conversation_id).where(HandoffRow.case_number == number)
    opened = select(CaseRow.conversation_id).where(case, CaseRow.conversation_id.is_not(None))
    buyers = select(CaseRow.buyer_id).where(case)
    theirs = select(ConversationRow.conversation_id).where(ConversationRow.buyer_id.in_(buyers))
    return [opened, handed, theirs]  # type: ignore[list-item]  # the column may be empty, not here


def _by_buyer(words: str, storefronts: list[str]) -> Select[str]:
    wanted = words.strip().lower()
    named = or_(
        func.lower(BuyerRow.first_name).contains(wanted, autoescape=True),
        func.lower(BuyerRow.email).contains(wanted, autoescape=True),
    )
    buyers = select(BuyerRow.buyer_id).where(named, *_here(BuyerRow.storefront, storefronts))
    return select(ConversationRow.conversation_id).where(ConversationRow.buyer_id.in_(buyers))


def _by_what_was_said(words: str, storefronts: list[str], now: datetime) -> Select[str]:
    recent = (
        select(ConversationRow.conversation_id)
        .where(
            ConversationRow.active_at >= now - _RECENT,
            *_here(ConversationRow.storefront, storefronts),
        )
        .order_by(ConversationRow.active_at.desc())
        .limit(_LOOKED_AT)
        .subquery()
    )
    said = func.lower(EventRow.body["text"].as_string())
    return (
        select(EventRow.conversation_id)
        .distinct()
        .where(
            EventRow.conversation_id.in_(select(recent.c.conversation_id)),
            EventRow.type == EventType.MESSAGE,
            EventRow.author.in_((Author.BUYER, Author.AGENT)),
            said.contains(words.strip().lower(), autoescape=True),
        )
    )


def _here(column: SQLColumnExpression[str], storefronts: list[str]) -> list[ColumnElement[bool]]:
    return [column.in_(storefronts)] if storefronts else []
