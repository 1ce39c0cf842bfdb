"""Reads the HTML that Telegram takes in messages, as strictly as Telegram does."""

import html
import re

TAGS = {
    "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre", "blockquote",
    "span", "tg-spoiler",
}  # fmt: skip
_PIECE = re.compile(r"<(?P<end>/?)(?P<tag>[^\s<>/]*)(?P<rest>[^<>]*)>|(?P<lone><)")
_ENTITY = re.compile(r"&(lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")


class CannotParse(Exception):
    """It is not the HTML that Telegram knows; the text says why."""


def plain(text: str) -> str:
    """Return the text without markup.

    Raises:
        CannotParse: a tag is unknown, left open or closed twice.
    """
    open_tags: list[str] = []
    for piece in _PIECE.finditer(text):
        at = len(text[: piece.start()].encode())
        _tag(piece, open_tags, f"at byte offset {at}")
    if open_tags:
        said = f'Can\'t find end tag corresponding to start tag "{open_tags[-1]}"'
        raise CannotParse(said)
    bare = _PIECE.sub("", text)
    return _ENTITY.sub(lambda found: html.unescape(found.group()), bare)


def _tag(piece: re.Match[str], open_tags: list[str], where: str) -> None:
    tag = (piece["tag"] or "").lower()
    if piece["lone"] or (not piece["end"] and tag not in TAGS):
        raise CannotParse(f'Unsupported start tag "{tag}" {where}')
    if not piece["end"]:
        open_tags.append(tag)
    elif not open_tags or open_tags.pop() != tag:
        raise CannotParse(f"Unmatched end tag {where}")
