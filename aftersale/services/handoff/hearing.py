"""What a buyer's message does to whose the conversation is."""

from dataclasses import replace
from datetime import datetime

from aftersale.domain.conversations import Conversation, Owner
from aftersale.domain.ownership import OwnerMove
from aftersale.services.handoff.moving import BUYER, owned_by
from aftersale.services.ports import UnitOfWork


def as_met(uow: UnitOfWork, conversation: Conversation, now: datetime) -> Conversation:
    """Return it as a message of the buyer finds it, inside the caller's transaction.

    Where nobody came the bot answers again; what an agent put aside is before them again.
    """
    if conversation.owner is Owner.BOT:
        return conversation
    # Held: whether the message owes an answer of the bot follows from whose it is now.
    current = uow.conversations.locked(conversation.conversation_id) or conversation
    if current.owner is Owner.OFFLINE:
        return owned_by(uow, current.conversation_id, OwnerMove.RESUME, by=BUYER, now=now)
    handoff = uow.handoffs.open_of(current.conversation_id)
    if handoff is not None and handoff.snoozed_until is not None:
        uow.handoffs.save(replace(handoff, snoozed_until=None))
    return current
