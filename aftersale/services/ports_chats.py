"""What services need of the store for whole chats: to delete, to list and to close them."""

from collections.abc import Callable, Collection, Sequence
from typing import Protocol


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

    def unerased(self, *, limit: int) -> Sequence[str]:
        """Return deleted conversations that the engine may still remember."""
        ...

    def erased(self, conversation_id: str) -> None:
        """Note that the engine has forgotten it."""
        ...
