"""A turn without an answer: a way to a person that works although the engine does not."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aftersale.domain.conversations import Author, Conversation
from aftersale.domain.handoffs import HandoffReason
from aftersale.services.engine import Saying
from aftersale.services.handoff.asking import Wanted, ask_for_person, may_ask
from aftersale.services.ports import UnitOfWork
from aftersale.services.wiring import Wiring

TROUBLE = Saying("utter_trouble")
ASKS_FOR_PERSON = "talk_to_human"
_WANTS = re.compile(
    r"\b(humans?|persons?|people|agents?|somebody|someone|representative|operator|advisor|staff"
    r"|employee|real one)\b",
    re.I,
)


class Rescue:
    """Decides what a buyer is told whose message nobody could answer."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def said(
        self, uow: UnitOfWork, conversation: Conversation, given: Mapping[str, Any], now: datetime
    ) -> list[Saying]:
        """Return what is still to be said, inside the caller's transaction.

        Who asked for a person gets one, or a case; so does whoever meets trouble twice in a row.
        Nothing is left to say when the queue was announced already.
        """
        reason = _reason(uow, conversation, given)
        current = uow.conversations.locked(conversation.conversation_id)
        if reason is None or current is None or not may_ask(current):
            return [TROUBLE]
        wanted = Wanted(reason, text=str(given.get("text") or ""))
        asked = ask_for_person(self._wiring, uow, current, wanted, now=now)
        return [] if asked.queued else [Saying(asked.reply.response, asked.reply.variables)]


def _reason(
    uow: UnitOfWork, conversation: Conversation, given: Mapping[str, Any]
) -> HandoffReason | None:
    if given.get("intent") == ASKS_FOR_PERSON or _WANTS.search(given.get("text") or ""):
        return HandoffReason.ASKED
    said = uow.conversations.recent_messages(conversation.conversation_id, limit=8)
    ours = [event for event in said if event.author is not Author.BUYER]
    is_again = bool(ours) and ours[-1].body.get("response") == TROUBLE.response
    return HandoffReason.TROUBLE if is_again else None
