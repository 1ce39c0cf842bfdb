"""What services need of the store for whole chats: to delete, to list and to close them."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Protocol

from aftersale.domain.conversations import OpenTopic


class Chats(Protocol):
    """Whole conversations, with everything that hangs on them."""

    def wipe(self, conversation_id: str) -> int:
        """Delete what was said, and every copy of it that is no record; return the messages."""
        ...

    def drop_files(self, conversation_id: str, *, keep: Collection[str]) -> Sequence[str]:
        """Delete its attachments but those of the cases to keep; return what their files are."""
        ...

    def edit_case(self, number: str, edit: Callable[[str], str]) -> None:
        """Change the buyer's own words in a case and its thread."""
        ...

    def topics(self, storefront: str, buyer_id: str, *, limit: int) -> Sequence[OpenTopic]:
        """Return the buyer's conversations that have words and are not over, newest first."""
        ...

    def idle(self, storefront: str, *, before: datetime, limit: int) -> Sequence[str]:
        """Return open conversations of the bot where nothing has happened since then."""
        ...

    def last_at(self, conversation_id: str) -> datetime | None:
        """Return when something happened in it last."""
        ...

    def unerased(self, *, limit: int) -> Sequence[str]:
        """Return deleted conversations that the engine may still remember."""
        ...

    def erased(self, conversation_id: str) -> None:
        """Note that the engine has forgotten it."""
        ...
