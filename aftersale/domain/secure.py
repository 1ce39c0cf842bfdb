"""Confidential words that a buyer sent outside the chat (R3.28)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SecureNote:
    """What a one-time link brings in; until something came it has neither words nor a case.

    `sealed` is encrypted, and taken out when it was kept long enough.
    """

    note_id: str
    storefront: str
    conversation_id: str
    created_at: datetime
    order_number: str | None = None
    case_number: str | None = None
    sealed: str | None = None
    received_at: datetime | None = None
