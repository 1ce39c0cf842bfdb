"""What services need for confidential words: a place apart from the chat, and a seal."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from aftersale.domain.secure import SecureNote


class SecureNotes(Protocol):
    """Notes that one-time links bring in."""

    def add(self, note: SecureNote) -> None: ...
    def get(self, note_id: str) -> SecureNote | None: ...
    def save(self, note: SecureNote) -> None: ...
    def of_case(self, case_number: str) -> Sequence[SecureNote]: ...
    def forget(self, received_before: datetime) -> int:
        """Take out the words of notes that came before then; return how many there were."""
        ...


class Seal(Protocol):
    """Encrypts what only a few may read."""

    def close(self, text: str) -> str: ...
    def open(self, sealed: str) -> str:
        """Raises SealBroken when it was closed with another key, or changed."""
        ...
