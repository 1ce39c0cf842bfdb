"""Lays out blocks of the log for a messenger: texts, and what can be chosen below the last one.

Pure. A connector makes its provider's messages of what comes out; what does not fit a channel's
buttons or its list is numbered text, and the number is understood as an answer.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from aftersale.domain.capabilities import Capabilities
from aftersale.domain.channels import Choice
from aftersale.services.channels.splitting import length, shortened, split
from aftersale.services.ports_channels import Block

ROW_MORE = 72  # what a row of a list may say below its title
_ROWS = ("buttons", "orders", "lines")  # where blocks keep what can be chosen
_NUMBERED = re.compile(r"\s*\d+\.\s*")


class Form(StrEnum):
    """How the options of a message are offered."""

    PLAIN = "plain"  # there are none
    BUTTONS = "buttons"
    LIST = "list"
    NUMBERED = "numbered"  # they stand in the text


@dataclass(frozen=True, slots=True)
class Laid:
    """One message. It has a text, or files, and options only with a text.

    `titles` are those of the options as buttons or rows show them; where one had to be cut, a row
    says the whole title below.
    """

    text: str
    form: Form = Form.PLAIN
    options: tuple[Choice, ...] = ()
    attachment_ids: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()


@dataclass(slots=True)
class _Said:
    """What a message says, put together from its blocks."""

    texts: list[str] = field(default_factory=list)
    options: list[Choice] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


def laid_out(blocks: Sequence[Block], capabilities: Capabilities) -> list[Laid]:
    """Return what one message of the log becomes, in order; files come before a question.

    Nothing that the plain fallback of a block says is lost, but for the end of a long button.
    """
    said = _said(blocks, capabilities)
    text = "\n\n".join(said.texts)
    files = [Laid("", attachment_ids=(each,)) for each in said.files]
    if not said.options:
        return [*(Laid(part) for part in split(text, capabilities.longest_text)), *files]
    return [*files, *_asking(text, tuple(said.options), capabilities)]


def joined(laid: Sequence[Laid]) -> Laid:
    """Return several messages as one, for channels that tell everything at once."""
    return Laid(
        "\n\n".join(each.text for each in laid if each.text),
        next((each.form for each in laid if each.options), Form.PLAIN),
        tuple(option for each in laid for option in each.options),
        tuple(one for each in laid for one in each.attachment_ids),
        tuple(title for each in laid for title in each.titles),
    )


def _said(blocks: Sequence[Block], capabilities: Capabilities) -> _Said:
    said = _Said()
    for block in blocks:
        attachment = block.get("attachment_id")
        if isinstance(attachment, str) and capabilities.sends_files:
            said.files.append(attachment)
            continue
        options, links = _offered(block)
        said.options += options
        text = "\n".join(part for part in (_words(block, options), *links) if part)
        if text:
            said.texts.append(text)
    return said


def _offered(block: Block) -> tuple[list[Choice], list[str]]:
    """Return what can be chosen in a block, and what only leads somewhere."""
    buttons = list(_buttons(block))
    options = [Choice(each["id"], _title(each)) for each in buttons if each.get("id")]
    links = [
        f"{_title(each)}: {each['url']}"
        for each in buttons
        if each.get("url") and not each.get("id")
    ]
    return options, links


def _buttons(block: Block) -> Iterator[Mapping[str, Any]]:
    for name in _ROWS:
        rows = block.get(name)
        for row in rows if isinstance(rows, list | tuple) else ():
            inside = isinstance(row, Mapping) and name != "buttons"
            button = row.get("button") if inside else row
            if isinstance(button, Mapping) and button.get("title"):
                yield button


def _title(button: Mapping[str, Any]) -> str:
    return " ".join(str(button["title"]).split())


def _words(block: Block, options: Sequence[Choice]) -> str:
    """Return the block in words, without the lines that its options say."""
    fallback = str(block.get("fallback") or "").strip()
    if block.get("type") == "link" and str(block.get("url") or "") not in fallback:
        fallback = f"{fallback}\n{block['url']}".strip()
    if not options:
        return fallback
    titles = {each.title for each in options}
    lines = fallback.splitlines()
    return "\n".join(line for line in lines if _bare(line) not in titles).strip()


def _bare(line: str) -> str:
    return " ".join(_NUMBERED.sub("", line, count=1).split())


def _asking(text: str, options: tuple[Choice, ...], capabilities: Capabilities) -> list[Laid]:
    titles = [each.title for each in options]
    fits: Sequence[tuple[Form, int, Callable[[], list[str] | None]]] = (
        (Form.BUTTONS, capabilities.buttons, lambda: _on_buttons(titles, capabilities)),
        (Form.LIST, capabilities.list_rows, lambda: _in_rows(titles, capabilities)),
    )
    for form, most, cut in fits:
        shown = cut() if text and len(options) <= most else None
        if shown is not None:
            return _below(text, Laid("", form, options, titles=tuple(shown)), capabilities)
    return _numbered(text, options, capabilities)


def _on_buttons(titles: Sequence[str], capabilities: Capabilities) -> list[str] | None:
    """Return them as buttons show them; None where a number or a difference would be cut off."""
    shown = _cut(titles, capabilities.button_title)
    if shown is None:
        return None
    lost = (
        title[len(cut) - 1 :] for title, cut in zip(titles, shown, strict=True) if cut != title
    )
    return None if any(sign.isdigit() for part in lost for sign in part) else shown


def _in_rows(titles: Sequence[str], capabilities: Capabilities) -> list[str] | None:
    """Return them as rows show them; None where the whole title has no place below."""
    shown = _cut(titles, capabilities.row_title)
    if shown is None:
        return None
    whole = zip(titles, shown, strict=True)
    return shown if all(t == cut or length(t) <= ROW_MORE for t, cut in whole) else None


def _cut(titles: Sequence[str], most: int) -> list[str] | None:
    shown = [each for title in titles if (each := shortened(title, most)) is not None]
    is_clear = len({each.casefold() for each in shown}) == len(titles)
    return shown if is_clear else None


def _below(text: str, question: Laid, capabilities: Capabilities) -> list[Laid]:
    """Return the text in parts, with the options below the last."""
    parts = split(text, capabilities.longest_text)
    most = capabilities.longest_asking or capabilities.longest_text
    if length(parts[-1]) > most:
        whole = parts.pop()
        last = split(whole, most)[-1]
        parts += [whole[: len(whole) - len(last)].rstrip(), last]
    *before, last = parts
    asked = Laid(last, question.form, question.options, titles=question.titles)
    return [*(Laid(part) for part in before), asked]


def _numbered(text: str, options: tuple[Choice, ...], capabilities: Capabilities) -> list[Laid]:
    rows = "\n".join(_row(place, each.title) for place, each in enumerate(options, 1))
    most = capabilities.longest_text
    parts = split(text, most)
    if parts and length(parts[-1]) + 2 + length(rows) <= most:
        parts[-1] = f"{parts[-1]}\n\n{rows}"
    else:
        parts += split(rows, most)
    *before, last = parts
    return [*(Laid(part) for part in before), Laid(last, Form.NUMBERED, options)]


def _row(place: int, title: str) -> str:
    return title if title == str(place) else f"{place}. {title}"
