"""What services need from the store for cases, and for what was sent with them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from aftersale.domain.cases import Attachment, Case, CaseEntry
from aftersale.domain.requests import AuditEntry


class Cases(Protocol):
    """Cases and their threads."""

    def next_number(self) -> str: ...
    def add(self, case: Case, first: CaseEntry, *, audit: AuditEntry) -> None: ...
    def get(self, number: str) -> Case | None: ...
    def by_key(self, idempotency_key: str) -> Case | None: ...
    def open_about(self, storefront: str, order_number: str, subject: str) -> Case | None: ...
    def save(self, case: Case, *, audit: AuditEntry) -> None: ...
    def entries(self, number: str) -> Sequence[CaseEntry]: ...
    def add_entry(self, entry: CaseEntry) -> bool:
        """Add to the thread; False when an entry of the same key is there."""
        ...

    def of_buyer(self, storefront: str, buyer_id: str, *, limit: int = 20) -> Sequence[Case]:
        """Return the buyer's cases, newest first."""
        ...

    def of_conversation(self, conversation_id: str) -> Sequence[Case]:
        """Return the cases that were opened in the conversation, newest first."""
        ...

    def overdue(
        self, now: datetime, *, after: Case | None = None, limit: int = 100
    ) -> Sequence[Case]:
        """Return open cases one of whose times has come: acknowledgement, first line, answer.

        Oldest first; `after` is the last case of the page before.
        """
        ...

    def list(self, *, storefront: str | None = None, limit: int = 100) -> Sequence[Case]: ...


class Attachments(Protocol):
    """Photos and documents that were checked and stored."""

    def add(self, attachment: Attachment) -> None: ...
    def get(self, attachment_id: str) -> Attachment | None: ...
    def loose(self, conversation_id: str) -> Sequence[Attachment]:
        """Return what the buyer sent there and belongs to no case yet, oldest first."""
        ...

    def of_conversation(self, conversation_id: str) -> Sequence[Attachment]:
        """Return everything that was sent in the conversation, oldest first."""
        ...

    def of_case(self, case_number: str) -> Sequence[Attachment]: ...
    def bind(self, attachment_ids: Sequence[str], case_number: str) -> None:
        """Give loose attachments to a case; one that has a case stays where it is."""
        ...
