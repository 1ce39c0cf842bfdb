"""Accounts of buyers: passwords kept here, requests to reset them, and codes for guests."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Account:
    """The password of a buyer; identities that were signed before the last change are void."""

    buyer_id: str
    password_hash: str
    changed_at: datetime
    sessions_valid_after: datetime


@dataclass(frozen=True, slots=True)
class AskedFrom:
    """Where a wish came from, for limits: what it is about, the conversation, the address."""

    storefront: str
    about_key: str  # hash of the account or the order that was named, whether or not it exists
    conversation_id: str
    opened_from: str | None  # keyed hash of the client's address


@dataclass(frozen=True, slots=True)
class ResetRequest:
    """Somebody asked for a new password (R1.16). Written alike whether or not there is one."""

    reset_id: str
    asked: AskedFrom
    asked_at: datetime
    destination: str  # what was typed, masked


class CodeKind(StrEnum):
    """What a code opens."""

    GUEST = "guest"  # one order, for an hour
    LINK = "link"  # connects a chat of a messenger to an account


@dataclass(frozen=True, slots=True)
class GuestCode:
    """A code sent to the address of an order or an account; only its hash is stored.

    Until it was sent the hash is one that no code has, and so it stays where nobody is found.
    """

    code_id: str
    asked: AskedFrom
    order_number: str  # as it was typed; empty where an account was named
    code_hash: str
    asked_at: datetime
    expires_at: datetime
    tries: int = 0
    used_at: datetime | None = None
    kind: CodeKind = CodeKind.GUEST
    buyer_id: str | None = None  # whose account it is; known once it was sent


@dataclass(frozen=True, slots=True)
class Tally:
    """How often it was asked lately about the same thing, in this conversation, from there."""

    about: int
    conversation: int
    address: int
