"""What an agent says to a buyer: only while the conversation is theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from aftersale.domain.conversations import Author, Conversation, Event, EventType, Owner
from aftersale.domain.desk import DeskUser
from aftersale.domain.handoffs import Handoff
from aftersale.errors import NotFound, OwnershipMoved
from aftersale.services.handoff.moving import MOVED
from aftersale.services.news import post_news
from aftersale.services.ports import UnitOfWork
from aftersale.services.wiring import Wiring


def shown(who: DeskUser) -> dict[str, str | None]:
    """Return what buyers see of an agent."""
    return {"name": who.name, "picture": who.picture}


def say_as_agent(
    wiring: Wiring,
    uow: UnitOfWork,
    conversation_id: str,
    *,
    who: DeskUser,
    blocks: Sequence[Mapping[str, Any]],
    now: datetime,
) -> Event:
    """Append the agent's message, inside the caller's transaction; its texts are masked already.

    A verified buyer who is away gets it by mail after a while.

    Raises:
        OwnershipMoved: the conversation is not, or no longer, this agent's.
        NotFound: there is no such conversation.
    """
    conversation, handoff = theirs(uow, conversation_id, who)
    event = uow.conversations.append(
        conversation_id,
        type=EventType.MESSAGE,
        author=Author.AGENT,
        at=now,
        body={"blocks": [dict(block) for block in blocks], "agent": shown(who)},
    )
    if handoff.first_answer_at is None:
        uow.handoffs.save(replace(handoff, first_answer_at=now))
    text = "\n".join(str(block.get("fallback") or "") for block in blocks)
    said = {"agent": who.name, "text": text}
    post_news(wiring, uow, conversation, event, response="utter_agent_wrote", variables=said)
    return event


def theirs(uow: UnitOfWork, conversation_id: str, who: DeskUser) -> tuple[Conversation, Handoff]:
    """Return the agent's own conversation, held until the transaction ends, with its handoff.

    Raises:
        OwnershipMoved: it is not, or no longer, this agent's.
        NotFound: there is no such conversation.
    """
    conversation = uow.conversations.locked(conversation_id)
    if conversation is None:
        raise NotFound("There is no such conversation.")
    handoff = uow.handoffs.open_of(conversation_id)
    if conversation.owner is not Owner.HUMAN or handoff is None or handoff.agent != who.user:
        raise OwnershipMoved(MOVED)
    return conversation, handoff
