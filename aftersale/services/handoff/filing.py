"""The numbered case that stands for a person who did not come."""

from dataclasses import replace
from datetime import datetime

from aftersale.domain.cases import Case, CaseEntry, CaseState, CaseType
from aftersale.domain.conversations import Conversation
from aftersale.domain.orders import Order
from aftersale.services.cases import Matter, file_case
from aftersale.services.conversations import identity_of
from aftersale.services.ports import UnitOfWork
from aftersale.services.wiring import Wiring


def person_case(
    wiring: Wiring,
    uow: UnitOfWork,
    conversation: Conversation,
    *,
    text: str,
    order: Order | None,
    now: datetime,
) -> Case:
    """Open the case, or return the one that stands for the wish already, with what is new."""
    matter = never_closed(uow, _matter(conversation, order, text, now))
    return again(uow, matter, now) or file_case(wiring, uow, matter, now=now)


def again(uow: UnitOfWork, matter: Matter, now: datetime) -> Case | None:
    """Return the case this conversation already has about it, with what is new written down."""
    case = uow.cases.by_key(matter.key)
    if case is None:
        return None
    if matter.text and matter.text not in {entry.text for entry in uow.cases.entries(case.number)}:
        uow.cases.add_entry(CaseEntry(case.number, now, matter.by, matter.text))
    return case


def never_closed(uow: UnitOfWork, matter: Matter) -> Matter:
    """Return the matter under a key that no closed case has: what is over takes nothing new."""
    first, times = matter.key, 1
    while (case := uow.cases.by_key(matter.key)) and case.state is CaseState.CLOSED:
        times += 1
        matter = replace(matter, key=f"{first}:{times}")
    return matter


def _matter(conversation: Conversation, order: Order | None, text: str, now: datetime) -> Matter:
    buyer = identity_of(conversation, now).buyer_id
    kind = CaseType.PERSON_WANTED
    return Matter(
        type=kind,
        key=person_key(conversation.conversation_id, order),
        storefront=conversation.storefront,
        subject=kind.value,
        text=text,
        buyer_id=buyer,
        order=order,
        conversation_id=conversation.conversation_id,
        by=f"buyer:{buyer or 'unverified'}",
    )


def person_key(conversation_id: str, order: Order | None) -> str:
    """Return the key that makes it one case, however often a person is asked for."""
    return f"{CaseType.PERSON_WANTED.value}:{conversation_id}:{order.number if order else ''}"
