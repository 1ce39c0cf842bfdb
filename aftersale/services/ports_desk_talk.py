"""What services need from the store for what agents write: messages, notes, marks of reading."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from aftersale.domain.desk_talk import AgentMessage, AgentMessageState, Mention, Note


class AgentMessages(Protocol):
    """Messages of agents, in the order in which they were written."""

    def add(self, message: AgentMessage) -> bool:
        """Write a new one; False when the conversation has one of that `client_msg_id`."""
        ...

    def get(self, message_id: str) -> AgentMessage | None: ...
    def by_client_id(self, conversation_id: str, client_msg_id: str) -> AgentMessage | None: ...
    def leave(self, message_id: str, to: AgentMessageState) -> bool:
        """Move it out of WAITING; False when it is no longer there (compare and set)."""
        ...

    def note_seq(self, message_id: str, seq: int) -> None:
        """Remember where in the log it is."""
        ...

    def due(self, now: datetime, *, limit: int = 100) -> Sequence[AgentMessage]:
        """Return waiting ones whose time has come, first written first."""
        ...

    def waiting(self, conversation_id: str, user: str) -> Sequence[AgentMessage]:
        """Return the agent's waiting ones, first written first."""
        ...

    def not_sent(self, conversation_id: str, *, refused_since: datetime) -> Sequence[AgentMessage]:
        """Return what waits, and what was refused since then, first written first."""
        ...


class Notes(Protocol):
    """Internal notes with who is named in them, and how far each agent has read."""

    def add(self, note: Note, mentioned: Sequence[str]) -> None: ...
    def of_conversation(self, conversation_id: str) -> Sequence[Note]:
        """Return the notes, oldest first."""
        ...

    def mentions(self, user: str, *, limit: int = 50) -> Sequence[Mention]:
        """Return where the user was named, newest first."""
        ...

    def unseen(self, user: str) -> int: ...
    def see(self, user: str, note_id: str, *, at: datetime) -> bool:
        """Note that the user has seen the mention; False when it was seen, or there is none."""
        ...

    def read(self, user: str, conversation_id: str, seq: int, *, at: datetime) -> bool:
        """Remember how far the user has read; False when that is no news."""
        ...
