"""One-time links for sellers: a random token in the letter, its hash in the store."""

import hashlib


def hash_token(token: str) -> str:
    """Return the only form in which a one-time token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()
