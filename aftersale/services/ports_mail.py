"""Mail: what leaves, what comes in, and who carries it. Carriers are adapters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message before it is written as mail.

    `message_id` is stable: mail has no key that a server honours, so a crash between sending and
    writing that down sends the same message id twice. `reply_token` makes the addresses that
    replies and bounces come back to; `thread` is the `message_id` of the mail it continues.
    """

    to: str
    subject: str
    text: str
    message_id: str
    reply_token: str | None = None
    thread: str | None = None


class Mail(Protocol):
    """Sends one message."""

    def send(self, letter: Outgoing) -> None:
        """Raises ProviderRefused (this address, for good), ProviderUnavailable (not now)."""
        ...


@dataclass(frozen=True, slots=True)
class Received:
    """One message as it came in; `handle` names it to the mailbox it lies in."""

    handle: str
    content: bytes


class MailKind(StrEnum):
    """What came in."""

    REPLY = "reply"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"  # out of office, lists, loops: never a message to a buyer
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class InMail:
    """One message, read. `token` is what our address carried, `answers` are our message ids."""

    kind: MailKind
    message_key: str
    token: str | None = None
    answers: tuple[str, ...] = ()
    text: str = ""


class Mailbox(Protocol):
    """Where replies and bounces arrive."""

    def fetch(self, *, limit: int = 20) -> Sequence[Received]:
        """Return messages nobody has dealt with. Raises ProviderUnavailable."""
        ...

    def done(self, handles: Sequence[str]) -> None:
        """Mark messages as dealt with. Raises ProviderUnavailable."""
        ...

    def aside(self, handles: Sequence[str]) -> None:
        """Mark messages for a person: they are not fetched again. Raises ProviderUnavailable."""
        ...


class InboundMails(Protocol):
    """Which messages were taken in already."""

    def taken(self, message_key: str) -> bool: ...
    def take(self, message_key: str, *, at: datetime, kind: str) -> None:
        """Write it down, also that it fails no more; a second time changes nothing."""
        ...

    def failed(self, message_key: str, *, at: datetime) -> int:
        """Write down that it could not be dealt with; return how often by now."""
        ...
