"""Says something in a conversation, in the storefront's voice."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aftersale.domain.conversations import Author, Conversation, Event, EventType
from aftersale.services.ports import UnitOfWork, Voice


def say(
    uow: UnitOfWork,
    voice: Voice,
    conversation: Conversation,
    *,
    response: str,
    variables: Mapping[str, Any],
    author: Author,
    now: datetime,
) -> Event:
    """Append one message in the storefront's voice, inside the caller's transaction."""
    blocks, buttons = voice.say(response, variables, conversation=conversation, now=now)
    uow.conversations.add_buttons(buttons)
    return uow.conversations.append(
        conversation.conversation_id,
        type=EventType.MESSAGE,
        author=author,
        at=now,
        body={"response": response, "blocks": blocks},
    )
