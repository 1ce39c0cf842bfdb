"""What services need of the store for what is kept for a while only."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from aftersale.domain.cases import Attachment


class Passing(StrEnum):
    """Rows that are of no use once what they are about is over."""

    RESETS = "resets"  # somebody asked for a new password
    CODES = "codes"  # codes that open one order to a guest
    LINKS = "links"  # one-time links of every purpose
    NOTES = "notes"  # places for confidential words that nobody filled
    EFFECTS = "effects"  # outbox rows of such resets and codes, and of an outside desk
    CALLBACKS = "callbacks"  # names of callbacks of an outside desk, worked off
    MESSAGES = "messages"  # names of what messengers brought, worked off
    SENDS = "sends"  # what messengers were told, once it is there or given up


class PassingThings(Protocol):
    """Finds and removes what was kept long enough."""

    def forget(self, what: Passing, *, over_before: datetime, limit: int) -> int:
        """Delete at most `limit` rows that were over before then; return how many."""
        ...

    def unused_files(self, sent_before: datetime, *, limit: int) -> Sequence[Attachment]:
        """Return attachments sent before then that neither a case nor a message names."""
        ...

    def drop_file(self, attachment_id: str, *, sent_before: datetime) -> bool:
        """Delete the attachment's row if it is still unused; its file is the caller's."""
        ...

    def named_files(self, stored_as: Collection[str]) -> set[str]:
        """Return which of these files some attachment names."""
        ...

    def names_files(self) -> bool:
        """Tell whether any file is named at all."""
        ...
