"""The queue: who waits for how long, and telling them when they gained a place."""

from dataclasses import replace
from datetime import datetime, timedelta

from aftersale.domain.conversations import Author, Conversation, EventType, Owner
from aftersale.domain.handoffs import Handoff, HandoffEnd, HandoffState
from aftersale.services.ports import UnitOfWork
from aftersale.services.wiring import Wiring

NEAR = 3  # from here on every place that is gained is told; before, every halving


def placed(uow: UnitOfWork, handoff: Handoff) -> int:
    """Return the place in the queue, from 1."""
    return uow.handoffs.waiting_before(handoff) + 1


def claim_by(wiring: Wiring, storefront: str, now: datetime) -> datetime:
    """Return until when somebody must take a conversation that waits from now on."""
    return now + wiring.policy(storefront).live.claim_within


def ended(handoff: Handoff, how: HandoffEnd, now: datetime) -> Handoff:
    """Return the handoff as it is when it is over."""
    return replace(
        handoff, state=HandoffState.ENDED, ended_at=now, ended_as=how, snoozed_until=None
    )


def end_open(uow: UnitOfWork, conversation: Conversation, how: HandoffEnd, now: datetime) -> None:
    """End what waits or talks in the conversation, if anything does."""
    handoff = uow.handoffs.open_of(conversation.conversation_id)
    if handoff is not None:
        uow.handoffs.save(ended(handoff, how, now))


def tell_places(wiring: Wiring, storefront: str, now: datetime) -> int:
    """Tell who waits that they have come forward; return how many were told.

    Each in a transaction of its own: no conversation is held while another is looked at.
    """
    with wiring.uow() as uow:
        waiting = list(uow.handoffs.waiting(storefront))
    return sum(
        _tell_place(wiring, each, now) for each in waiting if _may_have_moved(each, waiting)
    )


def _may_have_moved(handoff: Handoff, waiting: list[Handoff]) -> bool:
    return _is_news(handoff.place_told, waiting.index(handoff) + 1)


def _is_news(told: int | None, place: int) -> bool:
    if told is None or place >= told:
        return False
    return place <= NEAR or place * 2 <= told


def _tell_place(wiring: Wiring, handoff: Handoff, now: datetime) -> bool:
    with wiring.uow() as uow:
        conversation = uow.conversations.locked(handoff.conversation_id)
        current = uow.handoffs.get(handoff.handoff_id)
        if conversation is None or conversation.owner is not Owner.QUEUED:
            return False
        if current is None or current.state is not HandoffState.WAITING:
            return False
        place = placed(uow, current)
        if not _is_news(current.place_told, place):
            return False
        uow.handoffs.save(replace(current, place_told=place))
        uow.conversations.append(
            handoff.conversation_id,
            type=EventType.OWNER,
            author=Author.SYSTEM,
            at=now,
            body={
                "owner": Owner.QUEUED.value,
                "version": conversation.owner_version,
                "move": "place",
                "agent": None,
                "position": place,
            },
        )
        uow.commit()
    return True


def is_gone(uow: UnitOfWork, handoff: Handoff, now: datetime, *, after: timedelta) -> bool:
    """Tell whether the agent who has it has not been heard of for so long."""
    if handoff.agent is None or handoff.claimed_at is None:
        return False
    seen = uow.agents.last_seen(handoff.agent, now)
    heard = max(handoff.claimed_at, seen) if seen else handoff.claimed_at
    return heard + after <= now
