"""What a new password must be: long, not a usual one, not the account's own name. Pure."""

import re
import string
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

SHORTEST, LONGEST = 12, 128  # characters


class Fault(StrEnum):
    """Why a password is not taken."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_COMMON = "too_common"
    OWN_NAME = "own_name"
    NOT_SAME = "not_same"


# The long ones among the passwords that leaks show again and again, without digits and signs.
_USUAL = frozenset(
    re.findall(
        r"\w+",
        "password passwordpassword mypassword thepassword yourpassword newpassword "
        "changeme letmein letmeinplease qwertyuiop qwertyuiopasdf qwertyqwerty "
        "qwertyuiopasdfghjkl asdfghjkl asdfghjklzxcvbnm qazwsxedcrfv qazwsxedc "
        "zaqxswcdevfr iloveyou iloveyouforever iloveyousomuch administrator welcome "
        "welcomehome superman batmanbatman footballfootball football baseball princess "
        "princessprincess sunshine sunshinesunshine trustno monkeymonkey dragondragon "
        "master whatever whateverwhatever jesuschrist michaeljackson manchesterunited "
        "liverpoolfc correcthorsebatterystaple unbelievable basketball butterfly chocolate "
        "computer internet abcdefghijkl abcdefghijklmnop opensesame secretpassword "
        "supersecret topsecret",
    )
)
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
)
_SWAPS = str.maketrans("013457@$!", "oleastasi")
_AROUND = string.digits + string.punctuation
_PERIODS = range(1, 5)  # "abcabcabcabc" is one piece of three signs
_NAME = 4  # signs that make a name: shorter ones stand in many good passwords by chance
_OWN_SHARE = 0.5


def faults_of(password: str, *, own: Iterable[str]) -> Fault | None:
    """Return what is wrong with the password, the first thing; None when it may be taken.

    `own` are names of the account and the shop, which anybody would try first.
    """
    known = canonical(password)
    if len(known) < SHORTEST:
        return Fault.TOO_SHORT
    if len(password) > LONGEST:
        return Fault.TOO_LONG
    if _is_usual(known.casefold()):
        return Fault.TOO_COMMON
    return Fault.OWN_NAME if _is_own(known.casefold(), own) else None


def canonical(password: str) -> str:
    """Return the password as it is hashed: one form, however the keyboard composed its signs."""
    return unicodedata.normalize("NFKC", password)


def _is_usual(password: str) -> bool:
    core = password.strip(_AROUND)  # "P@ssw0rd1234" is "password" with something behind it
    words = {_letters(password), _letters(core.translate(_SWAPS))}
    return bool(words & _USUAL) or _repeats(password) or _is_row(password)


def _letters(password: str) -> str:
    return "".join(sign for sign in password if sign.isalpha())


def _repeats(password: str) -> bool:
    pieces = (password[:size] for size in _PERIODS)
    return any((piece * len(password))[: len(password)] == password for piece in pieces)


def _is_row(password: str) -> bool:
    """Whether it walks along the keyboard, the alphabet or the digits, either way."""
    rows = [row for each in _ROWS for row in (each, each[::-1])]
    return any(password in row + row for row in rows)


def _is_own(password: str, own: Iterable[str]) -> bool:
    names = {piece for name in own for piece in _pieces(name.casefold())}
    named = max((len(name) * password.count(name) for name in names), default=0)
    return named > len(password) * _OWN_SHARE


def _pieces(name: str) -> list[str]:
    local = name.partition("@")[0]
    return [piece for piece in (name, local) if len(piece) >= _NAME]
