"""The token of a one-time link that connects a chat, and how it stands in a message. Pure.

It fits Telegram's start parameter: at most 64 of A-Z, a-z, 0-9, - and _.
"""

import re
import secrets

WORDS = "Connect my account"
_PREFIX = "link-"
_TOKEN = rf"{_PREFIX}[A-Za-z0-9_-]{{43}}"
# Nothing but our words and the token, as the shop's link writes them or as they are copied.
_MESSAGE = re.compile(rf"\W*(?:/start\s+|{WORDS}\W+)?({_TOKEN})[\s.]*", re.IGNORECASE)

_ANY = re.compile(_TOKEN, re.IGNORECASE)


def new_token() -> str:
    """Return a token of 256 bits."""
    return f"{_PREFIX}{secrets.token_urlsafe(32)}"


def words_with(token: str) -> str:
    """Return the message by which a buyer connects a chat."""
    return f"{WORDS}: {token}"


def without_tokens(text: str, mark: str) -> str:
    """Return the text with a mark in place of every token: they are kept as hashes alone."""
    return _ANY.sub(mark, text)


def link_token_in(text: str) -> str | None:
    """Return the token when the message is exactly our words with one, or one alone."""
    found = _MESSAGE.fullmatch(text)
    return found.group(1) if found else None
