"""The words of a mail: what was written now, without quotes and signatures.

Strangers write this: each piece of it is looked at once, and no more than an honest mail has.
"""

import codecs
import re
from collections.abc import Iterator
from email.message import EmailMessage, MIMEPart
from html import unescape

from mailparser_reply import EmailReplyParser

LONGEST_TEXT = 4000  # characters of a reply that are kept
LONGEST_READ = 8000  # characters that are searched for it; quotes come after one's own words
LONGEST_HTML = 200_000
WIDEST = 400  # characters of a line that is searched in one piece
_TAGS = re.compile(r"(<[^<>]*>)")
_NAME = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
_UNSEEN = frozenset({"style", "script", "head"})
_BLOCKS = frozenset({"p", "div", "br", "li", "tr", "blockquote"})
_WRAP = "\0\n"
_LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pl", "pt"]
# Other codecs of Python are no writing, or take very long over what a stranger made for them.
_WRITING = re.compile(r"utf|ascii|latin|iso|cp\d|mac|koi8|gb|big5|euc|shift|johab|hz|tis|kz|ptcp")
_SEPARATOR = re.compile(r"[-_*=]{5,}.{0,40}?[-_*=]{0,40}")
_WHO_WROTE = re.compile(r".{0,300}[\d@].{0,300}:")


def own_words(message: EmailMessage, *, longest: int = LONGEST_TEXT) -> str:
    """Return what was written now: no quotes, no signature."""
    text = _text(message)
    replies = EmailReplyParser(languages=_LANGUAGES).read(_searchable(text)).replies
    newest = replies[0].body.replace(_WRAP, "") if replies else ""
    return "\n".join(_unquoted(newest.splitlines())).strip()[:longest]


def _text(message: EmailMessage) -> str:
    """Return the plain text; that of the HTML where a program left the plain one empty."""
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    text = content_of(plain) if plain else ""
    return text if text.strip() or html is None else _seen(content_of(html)[:LONGEST_HTML])


def content_of(part: MIMEPart) -> str:
    """Return a part as text, whatever it says of its charset."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    named = _codec(part.get_content_charset() or "")
    for name in (named, "utf-8"):
        try:
            return content.decode(name)
        except UnicodeError:
            continue
    return content.decode("cp1252" if named == "utf-8" else named, "replace")


def _codec(named: str) -> str:
    """Return the codec of a charset; what is none is taken for UTF-8."""
    try:
        name = codecs.lookup(named).name
    except (LookupError, ValueError):  # the second: a name with a NUL in it
        return "utf-8"
    # What says ASCII and is none was written by a program that never looked.
    return name if _WRITING.match(name) and name != "ascii" else "utf-8"


def _unquoted(lines: list[str]) -> list[str]:
    """Return the lines of one's own, also where they stand below or between what they answer."""
    own: list[str] = []
    for line in lines:
        if not line.lstrip().startswith(">"):
            own.append(line)
        elif own and _WHO_WROTE.fullmatch(own[-1].strip()):
            own.pop()  # who wrote what follows, in a language that the library does not know
    while own and (not own[-1].strip() or _SEPARATOR.fullmatch(own[-1].strip())):
        own.pop()
    return own


def _searchable(text: str) -> str:
    """Return the beginning without gaps and endless lines.

    The patterns that look for quotes and signatures take minutes over those, and nobody else runs
    meanwhile.
    """
    lines: list[str] = []
    for line in text[: 4 * LONGEST_READ].replace("\0", "").splitlines():
        line = line.rstrip()
        if line or (lines and lines[-1]):
            lines += _pieces(line)
    return "\n".join(lines)[:LONGEST_READ]


def _pieces(line: str) -> Iterator[str]:
    """Yield the line in pieces that `_WRAP` joins again."""
    last = max(len(line) - 1, 0) // WIDEST
    for at in range(last + 1):
        yield line[at * WIDEST : (at + 1) * WIDEST] + ("\0" if at < last else "")


def _seen(html: str) -> str:
    """Return the words of an HTML mail that a reader would see; quotes become quoted lines.

    No parser: strangers write this, and each piece of it is looked at once.
    """
    parts: list[str] = []
    hidden = quoted = 0
    for piece in _TAGS.split(_without_comments(html)):
        tag = _NAME.match(piece)
        if tag is None:
            parts += [] if hidden else [unescape(piece).replace("\n", " ")]
            continue
        opens, name = not tag["end"], tag["name"].lower()
        if name in _UNSEEN:
            hidden = max(hidden + (1 if opens else -1), 0)
        if name == "blockquote":
            quoted = max(quoted + (1 if opens else -1), 0)
        if name in _BLOCKS and (opens or name == "blockquote"):
            parts.append("\n> " if quoted else "\n")
    return "".join(parts)


def _without_comments(html: str) -> str:
    first, *others = html.split("<!--")
    return first + "".join(other.partition("-->")[2] for other in others)
