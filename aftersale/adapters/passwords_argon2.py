"""Passwords as argon2id hashes, with the library's own cost (RFC 9106, low memory)."""

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Hasher:
    """The `PasswordHasher` and `PasswordCheck` ports; cost and salt stand in the hash itself."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(type=Type.ID)

    def __call__(self, password: str) -> str:
        """Return the hash."""
        return self._hasher.hash(password)

    def matches(self, password_hash: str, password: str) -> bool:
        """Tell whether the hash is of this password."""
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
