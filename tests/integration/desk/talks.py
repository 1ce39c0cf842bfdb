"""Conversations for the desk's tests: buyers who write, people who have them, what is due."""

from dataclasses import replace
from datetime import timedelta

from aftersale.domain.conversations import Author, Conversation, EventType, Owner
from aftersale.domain.desk import DeskUser, Role
from aftersale.domain.handoffs import Handoff, HandoffReason, HandoffState
from aftersale.domain.parties import Buyer
from aftersale.domain.requests import AuditEntry
from tests.integration.gateway.world import make_order

SHOP, ELSEWHERE = "status-gated", "group-buy"
HERE = DeskUser("ann", "Ann Lee", Role.AGENT, storefronts=(SHOP,), team="orders")
BOB = DeskUser("bob", "Bob Ray", Role.AGENT, storefronts=(SHOP,), team="orders")
FAR = DeskUser("far", "Far Away", Role.ADMIN, storefronts=(ELSEWHERE,))
BUYER = Buyer("b1", SHOP, "alex", "alex@example.com", "Alex")


def talk(desk, conversation_id="c1", *, owner=Owner.QUEUED, agent=None, **more):
    """Write a conversation with one message; queued ones wait, human ones are the agent's."""
    now = desk.now
    values = {
        "conversation_id": conversation_id,
        "storefront": SHOP,
        "owner": owner,
        "owner_version": 1,
        "created_at": now,
        "token_hash": "0" * 64,
        "token_expires_at": now + timedelta(hours=12),
    }
    with desk.services.uow() as uow:
        uow.conversations.add(Conversation(**values | more))
        if owner in {Owner.QUEUED, Owner.HUMAN}:
            uow.handoffs.add(handoff(desk, conversation_id, agent=agent))
        uow.commit()
    say(desk, conversation_id, "Where is my parcel?")
    return conversation_id


def handoff(desk, conversation_id, *, agent=None, **more):
    values = {
        "handoff_id": f"h-{conversation_id}",
        "conversation_id": conversation_id,
        "storefront": SHOP,
        "reason": HandoffReason.ASKED,
        "state": HandoffState.CLAIMED if agent else HandoffState.WAITING,
        "asked_at": desk.now,
        "language": "en",
        "channel": "chat",
        "agent": agent,
        "claimed_at": desk.now if agent else None,
    }
    return Handoff(**values | more)


def say(desk, conversation_id, text, *, author=Author.BUYER, **body):
    with desk.services.uow() as uow:
        event = uow.conversations.append(
            conversation_id,
            type=EventType.MESSAGE,
            author=author,
            at=desk.now,
            body={"text": text} | body,
        )
        uow.commit()
    return event.seq


def log(desk, conversation_id="c1"):
    with desk.services.uow() as uow:
        return list(uow.conversations.events(conversation_id, since=0))


def buyer(desk, who=BUYER):
    with desk.services.uow() as uow:
        uow.parties.add_buyer(who)
        uow.commit()
    return who.buyer_id


def order(desk, number="812345678901", **changes):
    with desk.services.uow() as uow:
        made = replace(make_order(BUYER.buyer_id, number), placed_at=desk.now - timedelta(days=2))
        made = replace(made, payment=replace(made.payment, paid_at=desk.now - timedelta(days=2)))
        audit = AuditEntry(at=desk.now, actor="shop", action="import", subject="order:x")
        stored = uow.orders.upsert_from_shop(replace(made, **changes), audit=audit)
        uow.commit()
    return stored


def send_due(desk):
    """Send what is due now, as the job does each half second."""
    return desk.services.desk.chats.writing.send_due(desk.now)
