"""What a buyer's message does to whose the conversation is."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from aftersale.domain.conversations import Author, Conversation, Owner
from aftersale.domain.ownership import OwnerMove
from aftersale.services.handoff.leaving import BACK, left
from aftersale.services.handoff.moving import BUYER, owned_by
from aftersale.services.ports import UnitOfWork, Voice
from aftersale.services.saying import say


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


def without_turn(
    uow: UnitOfWork,
    voice: Voice,
    conversation: Conversation,
    turn_input: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Do what a message that people answer asks for by itself.

    What was hidden in it is told here, as the bot would: a person only sees the mark.
    """
    if turn_input.get("intent") == BACK:
        left(uow, voice, conversation, now=now)
    for response in turn_input.get("notices", ()):
        say(
            uow,
            voice,
            conversation,
            response=response,
            variables={},
            author=Author.SYSTEM,
            now=now,
        )
