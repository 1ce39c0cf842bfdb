"""What services need for accounts: their store, a hasher, and a shop that keeps them itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from aftersale.domain.accounts import Account, AskedFrom, CodeKind, GuestCode, ResetRequest, Tally
from aftersale.domain.parties import Buyer


class Accounts(Protocol):
    """Passwords kept here, requests to reset them, and codes for guests."""

    def get(self, buyer_id: str) -> Account | None: ...
    def save(self, account: Account) -> None:
        """Write the account of a buyer, new or changed."""
        ...

    def holders(
        self, storefront: str, *, email: str | None, member_id: str | None, limit: int = 3
    ) -> Sequence[Buyer]:
        """Return the buyers with that address or that member id, capitals aside."""
        ...

    def end_sessions(self, buyer_id: str, *, at: datetime) -> int:
        """End tokens and verifications of all the buyer's conversations; return how many."""
        ...

    def add_reset(self, request: ResetRequest) -> None: ...
    def resets_since(self, asked: AskedFrom, since: datetime) -> Tally:
        """Count requests for a new password, after then, that share something with this one."""
        ...

    def add_code(self, code: GuestCode) -> None:
        """Write a code; it ends the earlier ones of its kind in the conversation."""
        ...

    def codes_since(
        self, asked: AskedFrom, since: datetime, *, kind: CodeKind = CodeKind.GUEST
    ) -> Tally:
        """Count codes asked for, after then, that share something with this one."""
        ...

    def codes_in_all(self, kind: CodeKind, since: datetime) -> int:
        """Count codes asked for after then, by whomever."""
        ...

    def open_code(
        self, conversation_id: str, *, kind: CodeKind = CodeKind.GUEST
    ) -> GuestCode | None:
        """Return the code of the conversation that was not used and not replaced."""
        ...

    def arm_code(self, code_id: str, *, code_hash: str, buyer_id: str | None = None) -> None:
        """Let the code be the one that was sent."""
        ...

    def count_try(self, code_id: str, *, at_most: int) -> int | None:
        """Count one try; return the how-manieth it was, None when none was left (one step)."""
        ...

    def use_code(self, code_id: str, *, at: datetime) -> bool:
        """Mark the code used; False when it was used already (compare and set)."""
        ...


class PasswordHasher(Protocol):
    """Turns a password into the only form in which it is stored."""

    def __call__(self, password: str) -> str: ...


class IdentityProvider(Protocol):
    """A shop that keeps its accounts itself and sends the instructions itself."""

    def forgot_password(
        self,
        *,
        storefront: str,
        email: str | None,
        member_id: str | None,
        idempotency_key: str,
    ) -> None:
        """Pass on that somebody asked for a new password for the account named so.

        Raises:
            ProviderUnavailable: no answer; it is tried again with the same key.
            ProviderRefused: a definite no.
        """
        ...
