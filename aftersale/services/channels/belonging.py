"""Whose a chat of a messenger is: made a buyer's and taken away, inside the caller's transaction.

What was said stays where it was said. A conversation never changes its buyer: a chat that was
somebody else's, or is nobody's any more, goes on in a new conversation.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aftersale.domain.capabilities import CAPABILITIES
from aftersale.domain.channels import Link, LinkLevel, SendState, Thread
from aftersale.domain.conversations import Author, Conversation
from aftersale.domain.parties import Buyer
from aftersale.domain.requests import AuditEntry
from aftersale.services.channels.new_talks import new_talk
from aftersale.services.identifiers import Identifier
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import say as phrase
from aftersale.services.saying import say
from aftersale.services.wiring import Wiring

BY_CHANNEL = "channel:"  # what `verified_by` of such a conversation begins with
_UNSENT = frozenset({SendState.PENDING, SendState.HELD})


@dataclass(frozen=True, slots=True)
class Bond:
    """Who a chat is to belong to, and how that was shown."""

    buyer: Buyer
    level: LinkLevel


@dataclass(frozen=True, slots=True)
class Bound:
    """A chat that is a buyer's now; `moved`: it goes on in another conversation than before."""

    link: Link
    conversation: Conversation
    moved: bool


def bind(wiring: Wiring, uow: UnitOfWork, thread: Thread, bond: Bond, *, now: datetime) -> Bound:
    """Make the chat the buyer's. `thread` is held by the caller, its conversation is not yet."""
    before = uow.channels.link_of(thread.thread_id)
    if before is not None:
        _end(uow, thread, before, now, why="replaced")
    lasts = CAPABILITIES[thread.channel].link_lasts
    link = Link(
        link_id=wiring.new_id(),
        thread_id=thread.thread_id,
        storefront=thread.storefront,
        buyer_id=bond.buyer.buyer_id,
        level=bond.level,
        linked_at=now,
        until=now + lasts,
    )
    uow.channels.add_link(link)
    uow.ledger.audit(_entry(thread, link, now, "channel.linked", level=link.level.value))
    held = uow.conversations.locked(thread.conversation_id) if thread.conversation_id else None
    if held is not None and not held.is_over and _may_become(uow, held, bond.buyer):
        mine = _as(held, thread, link, bond.buyer)
        uow.conversations.save(mine)
        return Bound(link, mine, moved=False)
    leave(uow, thread, now)
    mine = _as(new_talk(thread, wiring.policies, now, bond.buyer), thread, link, bond.buyer)
    uow.conversations.add(mine)
    move(uow, thread, mine.conversation_id, now)
    return Bound(link, mine, moved=True)


def unbind(wiring: Wiring, uow: UnitOfWork, link: Link, *, now: datetime, why: str) -> None:
    """Make the chat nobody's, and say so there. It goes on in a new conversation.

    `why` is for the audit: revoked, expired, signed_out, too_weak, moved.
    """
    thread = uow.channels.locked(link.thread_id)
    current = uow.channels.link_of(link.thread_id)
    if thread is None or current is None or current.link_id != link.link_id:
        return  # somebody was faster
    _end(uow, thread, current, now, why=why)
    leave(uow, thread, now)
    fresh = new_talk(thread, wiring.policies, now)
    uow.conversations.add(fresh)
    move(uow, thread, fresh.conversation_id, now)
    say(
        uow,
        wiring.voice,
        fresh,
        response="utter_link_expired" if why == "expired" else "utter_link_ended",
        variables={"channel": channel_word(thread)},
        author=Author.SYSTEM,
        now=now,
    )


def leave(uow: UnitOfWork, thread: Thread, now: datetime) -> None:
    """End what the chat's conversation knows of its buyer through the chat alone."""
    held = uow.conversations.locked(thread.conversation_id) if thread.conversation_id else None
    if held is None or not (held.verified_by or "").startswith(BY_CHANNEL):
        return
    if held.verified_until is not None and held.verified_until > now:
        uow.conversations.save(replace(held, verified_until=now))


def move(
    uow: UnitOfWork, thread: Thread, conversation_id: str, now: datetime, *, withdrawn: bool = True
) -> None:
    """Let the chat go on in another conversation, from its beginning.

    `withdrawn`: what has not left of the old one does not reach the chat any more.
    """
    if withdrawn:
        uow.channels.change_sends(thread.thread_id, _UNSENT, SendState.WITHDRAWN, now=now)
    uow.channels.save_thread(
        replace(thread, conversation_id=conversation_id, noted_seq=0, choices=(), shown_at=None)
    )


def identified(conversation: Conversation, thread: Thread, link: Link) -> Conversation:
    """Return the buyer's own conversation as it counts while the link holds."""
    return replace(
        conversation,
        verified_by=f"{BY_CHANNEL}{thread.channel.value}",
        verified_until=link.until,
        linked=link.level,
    )


def channel_word(thread: Thread) -> dict[str, str]:
    """Return the name of the messenger, for the voice."""
    return phrase(f"channel_{thread.channel.value}")


def account_words(buyer: Buyer) -> dict[str, Any]:
    """Return enough of the account for its owner to know it again, and for nobody else."""
    initial, masked = buyer.first_name[:1], Identifier(email=buyer.email).masked
    return {"who": f"{initial}… ({masked})" if initial else masked}


def _as(held: Conversation, thread: Thread, link: Link, buyer: Buyer) -> Conversation:
    mine = replace(
        held,
        buyer_id=buyer.buyer_id,
        timezone=buyer.timezone,
        guest_order=None,
        guest_until=None,
    )
    return identified(mine, thread, link)


def _may_become(uow: UnitOfWork, held: Conversation, buyer: Buyer) -> bool:
    """Whether everything that was said in it may be the buyer's: nobody's, or theirs already."""
    number = held.guest_order
    order = uow.orders.find(held.storefront, number) if number else None
    return not {held.buyer_id, order.buyer_id if order else None} - {None, buyer.buyer_id}


def _end(uow: UnitOfWork, thread: Thread, link: Link, now: datetime, *, why: str) -> None:
    uow.channels.save_link(replace(link, revoked_at=now))
    uow.ledger.audit(_entry(thread, link, now, "channel.unlinked", why=why))


def _entry(thread: Thread, link: Link, now: datetime, action: str, **more: str) -> AuditEntry:
    known = {"channel": thread.channel.value, "account": thread.account, "link": link.link_id}
    return AuditEntry(
        at=now,
        actor=f"buyer:{link.buyer_id}",
        action=action,
        subject=f"buyer:{link.buyer_id}",
        after={**known, **more},
        conversation_id=thread.conversation_id,
    )
