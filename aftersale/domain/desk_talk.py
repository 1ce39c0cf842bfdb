"""What agents write at the desk: messages that leave after a moment, and notes that never do."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

FROM_AGENT = "agent"  # purpose of an attachment that a person at the desk sends: no evidence


class AgentMessageState(StrEnum):
    """Life of an agent's message. It leaves WAITING once, by compare and set."""

    WAITING = "waiting"  # it can be taken back
    SENT = "sent"  # it is in the log
    UNDONE = "undone"  # taken back before it left
    REFUSED = "refused"  # the conversation was no longer the agent's when its time came


@dataclass(frozen=True, slots=True)
class AgentMessage:
    """A message of an agent to a buyer; `send_at` is when it leaves. The text is masked."""

    message_id: str
    conversation_id: str
    user: str
    name: str
    picture: str | None
    client_msg_id: str
    text: str
    attachment_ids: tuple[str, ...]
    state: AgentMessageState
    created_at: datetime
    send_at: datetime
    seq: int | None = None  # in the log, once it is there


@dataclass(frozen=True, slots=True)
class Note:
    """Words of people at the desk among themselves; no buyer ever reads them."""

    note_id: str
    conversation_id: str
    storefront: str
    user: str
    name: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody who was named in a note."""

    note: Note
    user: str
    seen_at: datetime | None = None
