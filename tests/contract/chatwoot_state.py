"""What a Chatwoot server remembers, and in which shapes it tells it."""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

ACCOUNT, INBOX, MAIL_INBOX = 3, 7, 8
TYPES = ("incoming", "outgoing", "activity", "template")
Thing = dict[str, Any]


@dataclass
class Person:
    """A user, contact or bot, as messages name them."""

    id: int
    name: str
    type: str = "user"
    status: str = "online"

    def shown(self) -> Thing:
        return {"id": self.id, "name": self.name, "type": self.type, "thumbnail": ""}


@dataclass
class Message:
    """One message; `id` is no display id."""

    id: int
    conversation: "Conversation"
    content: str | None
    type: str
    at: int
    private: bool = False
    source_id: str | None = None
    sender: Person | None = None
    attributes: Thing = field(default_factory=dict)
    attachments: list[Thing] = field(default_factory=list)

    def shown(self) -> Thing:
        """As answers of the interface show it."""
        body = {
            "id": self.id,
            "content": self.content,
            "inbox_id": self.conversation.inbox_id,
            "conversation_id": self.conversation.id,
            "message_type": TYPES.index(self.type),
            "content_type": "text",
            "status": "sent",
            "content_attributes": self.attributes,
            "created_at": self.at,
            "private": self.private,
            "source_id": self.source_id,
        }
        if self.sender:
            body["sender"] = self.sender.shown()
        return body | ({"attachments": self.attachments} if self.attachments else {})

    def told(self, event: str) -> Thing:
        """As callbacks tell it: with words where the interface has numbers."""
        at = datetime.fromtimestamp(self.at, UTC).isoformat().replace("+00:00", "Z")
        body = self.shown() | {
            "event": event,
            "message_type": self.type,
            "created_at": at,
            "sender": self.sender.shown() if self.sender else None,
            "inbox": {"id": self.conversation.inbox_id, "name": "Aftersale"},
            "account": {"id": ACCOUNT, "name": "Shop"},
            "conversation": self.conversation.told(),
        }
        del body["inbox_id"], body["conversation_id"]
        return body


@dataclass
class Conversation:
    """One conversation. `id` is the display id; the number of its row is another one."""

    id: int
    inbox_id: int
    contact: Thing
    source_id: str
    status: str
    attributes: Thing
    row_id: int
    assignee: Person | None = None
    snoozed_until: int | None = None
    messages: list[Message] = field(default_factory=list)

    def shown(self) -> Thing:
        meta: Thing = {"sender": self.contact, "channel": "Channel::Api", "hmac_verified": False}
        if self.assignee:
            meta["assignee"] = {"id": self.assignee.id, "name": self.assignee.name}
        return {
            "meta": meta,
            "id": self.id,
            "account_id": ACCOUNT,
            "inbox_id": self.inbox_id,
            "status": self.status,
            "custom_attributes": self.attributes,
            "snoozed_until": self.snoozed_until,
            "uuid": f"00000000-0000-0000-0000-{self.row_id:012}",
        }

    def told(self) -> Thing:
        assignee = self.assignee.shown() if self.assignee else None
        return {
            "id": self.id,
            "inbox_id": self.inbox_id,
            "channel": "Channel::Api",
            "can_reply": True,
            "status": self.status,
            "custom_attributes": self.attributes,
            "contact_inbox": {"id": self.row_id, "source_id": self.source_id},
            "messages": [self.messages[-1].shown()] if self.messages else [],
            "labels": [],
            "meta": {
                "sender": self.contact,
                "assignee": assignee,
                "assignee_type": "User" if assignee else None,
                "team": None,
            },
        }


class State:
    """Contacts, sessions, conversations, files."""

    def __init__(self) -> None:
        self.contacts: dict[int, Thing] = {}
        self.sessions: dict[tuple[int, str], int] = {}  # (inbox, source_id): contact
        self.conversations: dict[int, Conversation] = {}
        self.files: dict[str, bytes] = {}
        self.now = 0
        self._contact_ids = itertools.count(50)
        self._display_ids = itertools.count(4)
        self._row_ids = itertools.count(90_001)
        self._message_ids = itertools.count(1_200)
        self._attachment_ids = itertools.count(300)

    def add_contact(self, name: str, identifier: str | None) -> Thing:
        own = next(self._contact_ids)
        self.contacts[own] = {
            "id": own,
            "name": name,
            "identifier": identifier,
            "email": None,
            "phone_number": None,
            "type": "contact",
        }
        return self.contacts[own]

    def add_conversation(self, contact: Thing, asked: Thing) -> Conversation:
        own = Conversation(
            id=next(self._display_ids),
            inbox_id=asked["inbox_id"],
            contact=contact,
            source_id=asked["source_id"],
            status=asked.get("status", "open"),
            attributes=dict(asked.get("custom_attributes", {})),
            row_id=next(self._row_ids),
        )
        self.conversations[own.id] = own
        return own

    def add_message(self, conversation: Conversation, content: str | None, **more: Any) -> Message:
        own = Message(
            id=next(self._message_ids),
            conversation=conversation,
            content=content,
            at=more.pop("at", self.now),
            type=more.pop("type"),
            **more,
        )
        conversation.messages.append(own)
        return own

    def add_file(self, base: str, content: bytes, name: str) -> Thing:
        own = next(self._attachment_ids)
        self.files[f"{own}/{name}"] = content
        kind = "image" if name.endswith((".jpg", ".png")) else "file"
        return {
            "id": own,
            "file_type": kind,
            "account_id": ACCOUNT,
            "data_url": f"{base}/rails/active_storage/blobs/redirect/{own}/{name}",
            "file_size": len(content),
        }
