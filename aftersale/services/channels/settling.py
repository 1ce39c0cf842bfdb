"""Whether a connected chat still is its buyer's; looked at before anything is said in it."""

from dataclasses import replace
from datetime import datetime

from aftersale.domain.channels import Link, Thread
from aftersale.domain.conversations import Conversation, Owner
from aftersale.services.channels.belonging import identified, unbind
from aftersale.services.ports import UnitOfWork
from aftersale.services.wiring import Wiring


def settle(wiring: Wiring, uow: UnitOfWork, thread: Thread, now: datetime) -> None:
    """End a link that holds no longer, and renew what its conversation knows of one that does.

    A link that is over does not take the chat away from a person who is in it.
    """
    link = uow.channels.link_of(thread.thread_id)
    if link is None:
        return
    why = over(wiring, uow, link, now)
    if why is None:
        _renew(uow, thread, link)
    elif not _is_with_people(uow, thread):
        unbind(wiring, uow, link, now=now, why=why)


def over(wiring: Wiring, uow: UnitOfWork, link: Link, now: datetime) -> str | None:
    """Return why a link holds no longer, for the audit; None while it does."""
    if not link.holds(now):
        return "expired"
    account = uow.accounts.get(link.buyer_id)
    if account is not None and link.linked_at < account.sessions_valid_after:
        return "signed_out"
    return None if wiring.policy(link.storefront).linked.may_read(link.level) else "too_weak"


def is_lapsed(
    wiring: Wiring, uow: UnitOfWork, thread: Thread, said_at: datetime, *, now: datetime
) -> bool:
    """Whether what was said then was for a buyer whose link is over, and nobody has ended it yet.

    It must not leave: a number may be somebody else's by now. What people wrote later may.
    """
    link = uow.channels.link_of(thread.thread_id)
    if link is None or over(wiring, uow, link, now) is None or _is_with_people(uow, thread):
        return False
    account = uow.accounts.get(link.buyer_id)
    signed_out = account.sessions_valid_after if account else link.linked_at
    return said_at < (signed_out if link.linked_at < signed_out else link.until)


def left_behind(
    wiring: Wiring, uow: UnitOfWork, thread: Thread, to: str | None, *, now: datetime
) -> None:
    """End a chat whose buyer has a new address that is another chat already.

    The old one may become somebody else's. Inside the caller's transaction; it holds the thread.
    """
    other = uow.channels.thread(thread.account, to) if to else None
    if other is None or other.thread_id == thread.thread_id:
        return
    uow.channels.save_thread(replace(thread, unreachable_at=thread.unreachable_at or now))
    link = uow.channels.link_of(thread.thread_id)
    if link is not None:
        unbind(wiring, uow, link, now=now, why="moved")


def renewed(conversation: Conversation, thread: Thread, link: Link) -> Conversation:
    """Return the conversation as the link's buyer's, as long as the link holds."""
    return replace(identified(conversation, thread, link), buyer_id=link.buyer_id)


def _renew(uow: UnitOfWork, thread: Thread, link: Link) -> None:
    held = uow.conversations.locked(thread.conversation_id) if thread.conversation_id else None
    if held is None or held.is_over or held.buyer_id not in {None, link.buyer_id}:
        return
    mine = renewed(held, thread, link)
    if mine != held:
        uow.conversations.save(mine)


def _is_with_people(uow: UnitOfWork, thread: Thread) -> bool:
    held = uow.conversations.get(thread.conversation_id) if thread.conversation_id else None
    return held is not None and held.owner in {Owner.QUEUED, Owner.HUMAN}
