"""Passwords as argon2id hashes, with the library's own cost (RFC 9106, low memory)."""

from argon2 import PasswordHasher, Type


class Argon2Hasher:
    """The `PasswordHasher` port. The cost and the salt stand in the hash itself."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(type=Type.ID)

    def __call__(self, password: str) -> str:
        """Return the hash."""
        return self._hasher.hash(password)
