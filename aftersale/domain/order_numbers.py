"""Order numbers as people type them, reduced to the form in which they are compared."""

import re
import unicodedata

_NOT_KEY = re.compile(r"[^A-Z0-9]+")
_LEAD = re.compile(r"^\W*(?:(?:ORDER|NUMBER|NUM|NO|NR|N)\W*)?(?:NUMBER|NUM|NO|NR|N)?[\s.:#º°]+")


def number_key(text: str) -> str:
    """Return the letters and digits of a number, upper case: "hd/55 821" gives "HD55821"."""
    return _NOT_KEY.sub("", unicodedata.normalize("NFKC", text).upper())


def number_keys(text: str) -> tuple[str, ...]:
    """Return the keys that typed text may mean, likeliest first; "order no. 5" may mean "5"."""
    whole = number_key(text)
    bare = number_key(_LEAD.sub("", unicodedata.normalize("NFKC", text).upper(), count=1))
    return tuple(key for key in dict.fromkeys((whole, bare)) if key)
