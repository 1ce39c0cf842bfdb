"""Passes a message of a chat on to its conversation, in one transaction with its being done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aftersale.domain.conversations import Author, Conversation
from aftersale.services.ports import UnitOfWork, Voice
from aftersale.services.saying import say


class Overtaken(Exception):
    """Somebody else has worked off these events."""


class Elsewhere(Exception):
    """The chat is held in another conversation now."""


@dataclass(frozen=True, slots=True)
class Done:
    """What happens with a message: its events are done, and words about it follow."""

    thread_id: str
    rows: tuple[int, ...]
    voice: Voice
    now: datetime
    words: Sequence[str] = ()
    in_conversation: str | None = None

    def begin(self, uow: UnitOfWork) -> None:
        """Hold the thread and mark the events as done.

        Raises:
            Overtaken, Elsewhere.
        """
        thread = uow.channels.locked(self.thread_id)
        if uow.channels.worked(self.rows) != len(self.rows):
            raise Overtaken
        wanted = self.in_conversation
        if thread is None or (wanted and thread.conversation_id != wanted):
            raise Elsewhere

    def end(self, uow: UnitOfWork, conversation: Conversation) -> None:
        """Say what is to be said of it."""
        for response in self.words:
            say(
                uow,
                self.voice,
                conversation,
                response=response,
                variables={},
                author=Author.SYSTEM,
                now=self.now,
            )
