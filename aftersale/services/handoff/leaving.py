"""The buyer leaves: out of the queue or away from a person, back to the bot or for good."""

from dataclasses import replace
from datetime import datetime

from aftersale.domain.conversations import Author, Closed, Conversation, Owner
from aftersale.domain.handoffs import HandoffEnd
from aftersale.domain.ownership import OwnerMove
from aftersale.errors import NotFound
from aftersale.services.handoff.moving import BUYER, owned_by
from aftersale.services.handoff.queue import end_open, tell_places
from aftersale.services.ports import UnitOfWork, Voice
from aftersale.services.saying import say
from aftersale.services.wiring import Wiring

BACK = "EXTERNAL_back_to_bot"  # the button that leads out of the queue
WITH_PEOPLE = frozenset({Owner.QUEUED, Owner.HUMAN})


class LeaveQueue:
    """Lets a buyer go back to the bot."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def leave(
        self, conversation_id: str, now: datetime, *, version: int | None = None
    ) -> Conversation:
        """Go back to the bot; with the bot already, nothing happens.

        Raises:
            OwnershipMoved: `version` was named and is another one by now.
            NotFound: there is no such conversation.
        """
        with self._wiring.uow() as uow:
            current = uow.conversations.locked(conversation_id)
            if current is None:
                raise NotFound("There is no such conversation.")
            if current.owner not in WITH_PEOPLE:
                return current
            after = left(uow, self._wiring.voice, current, now=now, version=version)
            uow.commit()
        tell_places(self._wiring, after.storefront, now)
        return after


def left(
    uow: UnitOfWork,
    voice: Voice,
    conversation: Conversation,
    *,
    now: datetime,
    version: int | None = None,
) -> Conversation:
    """Bring it back to the bot, which says one line, inside the caller's transaction."""
    end_open(uow, conversation, HandoffEnd.LEFT, now)
    told = {"agent": None, "position": None}
    own = conversation.conversation_id
    after = owned_by(uow, own, OwnerMove.LEAVE, by=BUYER, now=now, version=version, told=told)
    say(
        uow,
        voice,
        after,
        response="utter_person_left",
        variables={},
        author=Author.BOT,
        now=now,
    )
    return after


def taken_from_people(uow: UnitOfWork, conversation: Conversation, now: datetime) -> Conversation:
    """Close it if anybody but the bot has it: its buyer deletes it."""
    if conversation.owner is Owner.BOT or conversation.is_over:
        return conversation
    return closed_by_buyer(uow, conversation, now)


def closed_by_buyer(uow: UnitOfWork, conversation: Conversation, now: datetime) -> Conversation:
    """Close it for new messages, whoever has it, inside the caller's transaction."""
    end_open(uow, conversation, HandoffEnd.CLOSED, now)
    after = owned_by(uow, conversation.conversation_id, OwnerMove.CLOSE, by=BUYER, now=now)
    closed = replace(after, closed_at=now, closed_as=Closed.ENDED)
    uow.conversations.save(closed)
    return closed
