"""What services need for the people at the desk: their store, and what checks who they are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from aftersale.domain.desk import Attempts, DeskAccount, DeskSession


class DeskPeople(Protocol):
    """Users of the desk, their sessions, and failed sign-ins."""

    def account(self, user: str) -> DeskAccount | None: ...
    def accounts(self) -> Sequence[DeskAccount]:
        """Return everybody, also who is disabled, by name."""
        ...

    def add(self, account: DeskAccount) -> bool:
        """Write a new user; False when the name was given before (it is never given twice)."""
        ...

    def save(self, account: DeskAccount) -> None:
        """Write a changed user. The step of the codes moves by `use_step` only."""
        ...

    def use_step(self, user: str, step: int) -> bool:
        """Accept the code of a time step; False when it or a later one was accepted already."""
        ...

    def open_session(self, session: DeskSession) -> None:
        """Write a session; those whose time is over go."""
        ...

    def session(self, session_hash: str) -> DeskSession | None: ...
    def see(self, session_hash: str, at: datetime) -> None:
        """Note that the person did something; never backwards."""
        ...

    def end_session(self, session_hash: str) -> bool:
        """End the session; False when there was none."""
        ...

    def end_sessions(self, user: str) -> int:
        """End all sessions of the user; return how many there were."""
        ...

    def attempts(self, key_hash: str) -> Attempts | None:
        """Return the failures under that key; until the transaction ends they stand still."""
        ...

    def note_attempts(self, attempts: Attempts) -> None:
        """Write how many there are; old ones of everybody go."""
        ...

    def forget_attempts(self, key_hashes: Sequence[str]) -> None: ...


class PasswordCheck(Protocol):
    """Checks a password against the hash that is stored."""

    def matches(self, password_hash: str, password: str) -> bool: ...


class OneTimeCodes(Protocol):
    """Codes of six digits that change with the time (RFC 6238)."""

    def new_secret(self) -> str: ...
    def step(self, secret: str, code: str, at: datetime) -> int | None:
        """Return the time step that the code is of: the present one or a neighbour; else None."""
        ...

    def code(self, secret: str, at: datetime) -> str: ...
    def address(self, secret: str, user: str) -> str:
        """Return what an authenticator app reads from a QR code."""
        ...
