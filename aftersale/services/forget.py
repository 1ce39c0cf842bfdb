"""Deletes a chat because its buyer wants it: the words and photos go, records and open cases stay.

What stays names nobody: the conversation keeps its id alone, contact details are masked.
"""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime

from aftersale.domain.cases import OPEN_CASES, Case
from aftersale.domain.conversations import Author, Closed, Conversation, EventType
from aftersale.domain.requests import AuditEntry, LinkPurpose
from aftersale.errors import NotFound
from aftersale.services.handoff.leaving import taken_from_people
from aftersale.services.ports import UnitOfWork
from aftersale.services.ports_files import FileStore
from aftersale.services.seller_links import hash_token
from aftersale.services.wiring import Wiring

MASK = "[hidden]"
GONE = "[deleted by the buyer]"
_CONTACT = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+|(?<!\w)\+?\d[\d ()./-]{7,}\d(?!\w)")


class Forget:
    """Deletes chats; the engine's memory is erased by whoever speaks to the engine."""

    def __init__(self, wiring: Wiring, files: FileStore) -> None:
        self._wiring, self._files = wiring, files

    def delete(self, conversation: Conversation, now: datetime) -> list[str]:
        """Delete the chat; return in words what stays. The session is over with it."""
        own = conversation.conversation_id
        with self._wiring.uow() as uow:
            current = uow.conversations.locked(own)
            if current is None:
                raise NotFound("There is no such conversation.")
            current = taken_from_people(uow, current, now)
            cases = uow.cases.of_conversation(own)
            still_open = [case for case in cases if case.state in OPEN_CASES]
            stays = self._stays(current, still_open)
            files = _emptied(uow, own, cases, now)
            self._tell(uow, current, now)
            uow.conversations.save(_masked(current, now))
            uow.commit()
        for stored_as in files:
            self._files.remove(stored_as)  # one that is left behind is found as an orphan
        return stays

    def _stays(self, conversation: Conversation, still_open: Sequence[Case]) -> list[str]:
        stays = [self._said(conversation, "chat_keeps_records")]
        return stays + [
            self._said(conversation, "chat_keeps_case", case_number=case.number)
            for case in still_open
        ]

    def _said(self, conversation: Conversation, response: str, **variables: str) -> str:
        return self._wiring.voice.plain(
            response,
            variables,
            storefront=conversation.storefront,
            locale=conversation.locale,
            timezone=conversation.timezone,
        )

    def _tell(self, uow: UnitOfWork, conversation: Conversation, now: datetime) -> None:
        """Leave the one word that every open device of the buyer still hears."""
        blocks, _ = self._wiring.voice.say("chat_deleted", {}, conversation=conversation, now=now)
        uow.conversations.append(
            conversation.conversation_id,
            type=EventType.NOTICE,
            author=Author.SYSTEM,
            at=now,
            body={"response": "chat_deleted", "blocks": blocks},
        )

    def unerased(self, limit: int) -> Sequence[str]:
        """Return deleted chats that the engine may still remember."""
        with self._wiring.uow() as uow:
            return uow.chats.unerased(limit=limit)

    def erased(self, conversation_id: str) -> None:
        """Note that the engine has forgotten one."""
        with self._wiring.uow() as uow:
            uow.chats.erased(conversation_id)
            uow.commit()


def _emptied(uow: UnitOfWork, own: str, cases: Sequence[Case], now: datetime) -> Sequence[str]:
    """Delete the words and the rows of files; return what the files are called."""
    for case in cases:
        is_open = case.state in OPEN_CASES
        uow.chats.edit_case(case.number, _without_contact if is_open else lambda _: GONE)
    messages = uow.chats.wipe(own)
    uow.channels.forget(own)
    files = uow.chats.drop_files(own, keep=[c.number for c in cases if c.state in OPEN_CASES])
    uow.requests.end_links(LinkPurpose.RETURN_TO_CHAT, own, at=now)
    counted = {"messages": messages, "files": len(files)}
    uow.ledger.audit(AuditEntry(now, "buyer", "delete_chat", f"conversation:{own}", after=counted))
    return files


def _without_contact(text: str) -> str:
    return _CONTACT.sub(MASK, text)


def _masked(conversation: Conversation, now: datetime) -> Conversation:
    """Return the conversation as nobody's: its id is all that records point at."""
    return Conversation(
        conversation_id=conversation.conversation_id,
        storefront=conversation.storefront,
        owner=conversation.owner,
        owner_version=conversation.owner_version,
        created_at=conversation.created_at,
        token_hash=hash_token(secrets.token_urlsafe(32)),
        token_expires_at=now,
        closed_at=conversation.closed_at or now,
        closed_as=Closed.DELETED,
        engine_epoch=max(conversation.engine_epoch, 0),
        channel=conversation.channel,
    )
