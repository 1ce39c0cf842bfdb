"""Hygiene of text that people send. Pure: text in, text out, nothing else."""

import unicodedata

from aftersale.errors import MessageEmpty, MessageTooLarge

LIMIT = 2_000  # characters, counted after cleaning
JOINER = "\u200d"  # holds composed emoji together
SELECTORS = frozenset({"\ufe0e", "\ufe0f"})
# Invisible but not in category Cf: they fill a message with nothing.
FILLERS = frozenset({"\u115f", "\u1160", "\u3164", "\uffa0", "\u2800"})


def clean(text: str, *, limit: int = LIMIT) -> str:
    r"""Return the text as it is kept: NFC, without control, bidi or zero-width characters.

    Raises:
        MessageTooLarge: more than `limit` characters.
        MessageEmpty: nothing is left to answer.

    Example:
        >>> clean("  cancel\u202e 123\x00 ")
        'cancel 123'
    """
    unified = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = "".join(char for char in unified if _is_kept(char))
    # Normalising after stripping: a removed character may have kept two others apart.
    cleaned = unicodedata.normalize("NFC", kept).strip()
    if len(cleaned) > limit:
        raise MessageTooLarge(f"A message may have {limit:,} characters at most.")
    if not cleaned.strip(JOINER + "".join(SELECTORS)).strip():
        raise MessageEmpty("The message is empty.")
    return cleaned


def _is_kept(char: str) -> bool:
    if char in {"\n", JOINER}:
        return True
    # Unassigned ones stay: they are emoji newer than Python's tables. Noncharacters go.
    nonchar = ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs"} and not nonchar | (char in FILLERS)


def for_engine(text: str) -> str:
    """Return the text without leading slashes, which the engine would read as commands.

    Rasa strips Unicode white space before it looks for the slash, so both are removed together.
    A message of slashes alone becomes a question mark: something to answer, never a command.
    """
    rest = text
    while rest and (rest[0] in "/\uff0f" or rest[0].isspace() or rest[0] == JOINER):
        rest = rest[1:]
    return rest or "?"
