"""Reads an e-mail address or a member id out of what somebody typed, and masks both. Pure."""

import hashlib
import re
from dataclasses import dataclass

_LONGEST = 254  # RFC 5321: an address has no more
_ADDRESS = re.compile(
    r"(?<![^\s<(\"':,;])(?P<local>[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64})"
    r"@(?P<domain>(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63})"
    r"(?![^\s>)\"',;:.!?])"
)
# A member id is told from words by a digit, or by being named as one.
_NAMED_ID = re.compile(
    r"(?i)\b(?:member|user|account|customer)\W?\s*(?:id|number|no|nr|name)?\W{0,3}(?:is\s+)?"
)
_WHOLE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{2,31}")
_HIDDEN = "•••"


@dataclass(frozen=True, slots=True)
class Identifier:
    """How an account was named: one of the two, in the form in which it is looked up."""

    email: str | None = None
    member_id: str | None = None

    @property
    def value(self) -> str:
        """What was typed, without its kind."""
        return self.email or self.member_id or ""

    @property
    def masked(self) -> str:
        """Enough for its owner to know it again, and for nobody else."""
        local, at, domain = self.value.partition("@")
        shown = local[:1] if len(local) < 5 else local[:2]
        return f"{shown}{_HIDDEN}{at}{domain}"

    def key(self, storefront: str) -> str:
        """Return what stands for it where only sameness matters."""
        return hashed(f"{storefront}\n{self.value.casefold()}")


def hashed(text: str) -> str:
    """Return the SHA-256 of a text, as hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def named_in(text: str, *, member_ids: bool) -> Identifier | None:
    """Return the one account that the text names; None when it names none or more than one.

    Letters that only look like Latin ones are no part of an address or an id: they are never
    folded into those that they look like, so that nobody's account is found by a lookalike.
    """
    if "@" in text:
        found = _ADDRESS.search(text) if text.count("@") == 1 else None
        return Identifier(email=found.group().lower()) if found and _fits(found) else None
    member_id = _member_id(text) if member_ids else None
    return Identifier(member_id=member_id) if member_id else None


def _fits(address: re.Match[str]) -> bool:
    return len(address.group()) <= _LONGEST


def _member_id(text: str) -> str | None:
    named = bool(_NAMED_ID.search(text))
    words = [word.strip(".,;:!?\"'()#") for word in _NAMED_ID.sub(" ", text).split()]
    whole = [word for word in words if _WHOLE_ID.fullmatch(word)]
    fitting = {word for word in whole if any(sign.isdecimal() for sign in word)}
    if not fitting and named and len(words) == 1:
        fitting = set(whole)
    return fitting.pop() if len(fitting) == 1 else None
