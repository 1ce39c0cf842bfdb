"""Where news of a buyer's are told: in the conversation that they were heard in last.

A chat of a messenger counts while it is connected. Whatever does not arrive there goes by mail.
"""

from datetime import datetime

from aftersale.domain.channels import Channel
from aftersale.domain.conversations import Closed, Conversation
from aftersale.services.channels.settling import settle
from aftersale.services.ports import UnitOfWork
from aftersale.services.wiring import Wiring

_CHATS = 20  # of one buyer that may have ended unnoticed


def told_in(
    wiring: Wiring,
    uow: UnitOfWork,
    named: Conversation | None,
    *,
    buyer: tuple[str, str | None],
    now: datetime,
) -> Conversation | None:
    """Return the conversation for news of the buyer of (storefront, id); None: there is none.

    `named` is where the talk about it was. It is left only for another channel that the buyer has
    used since, or when it was deleted or reaches nobody any more.
    """
    storefront, buyer_id = buyer
    is_gone = named is None or named.closed_as is Closed.DELETED
    if named is not None and not is_gone and named.buyer_id != buyer_id:
        return named  # a guest's, or for the caller to refuse
    last = _last_heard(wiring, uow, storefront, buyer_id, now=now) if buyer_id else None
    if named is None or is_gone:
        return last
    if last is None or not _reaches(wiring, uow, named, now):
        return last or named
    is_elsewhere = last.channel != named.channel and _heard(last) > _heard(named)
    return last if is_elsewhere else named


def _last_heard(
    wiring: Wiring, uow: UnitOfWork, storefront: str, buyer_id: str, *, now: datetime
) -> Conversation | None:
    last = uow.conversations.latest_of_buyer(storefront, buyer_id)
    for _ in range(_CHATS):
        if last is None or _reaches(wiring, uow, last, now):
            return last
        last = uow.conversations.latest_of_buyer(storefront, buyer_id)
    return None


def _reaches(wiring: Wiring, uow: UnitOfWork, talk: Conversation, now: datetime) -> bool:
    """Whether the buyer is still at the other end; a connection that is over is ended here."""
    if talk.channel == Channel.CHAT:
        return True
    for thread in uow.channels.threads_of(talk.conversation_id):
        settle(wiring, uow, uow.channels.locked(thread.thread_id) or thread, now)
    here = uow.channels.threads_of(talk.conversation_id)
    return any(uow.channels.link_of(thread.thread_id) is not None for thread in here)


def _heard(talk: Conversation) -> datetime:
    return talk.heard_at or talk.created_at
