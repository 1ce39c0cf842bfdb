"""Makes WhatsApp messages of blocks: texts, at most three buttons, a list of ten, files. Pure."""

from collections.abc import Sequence
from typing import Any

from aftersale.domain.capabilities import Capabilities
from aftersale.services.channels.rendering import Form, Laid, laid_out
from aftersale.services.ports_channels import Block, Rendered

FILE = "file"  # which kind of message it becomes is known with its content
LIST_BUTTON = "☰"  # what opens a list, in no language


def render(
    blocks: Sequence[Block], capabilities: Capabilities, *, list_button: str = LIST_BUTTON
) -> list[Rendered]:
    """Return what one message of the log becomes, in order."""
    return [_rendered(each, list_button) for each in laid_out(blocks, capabilities)]


def _rendered(laid: Laid, list_button: str) -> Rendered:
    if laid.attachment_ids:
        return Rendered({"type": FILE}, attachment_ids=laid.attachment_ids)
    if laid.form is Form.BUTTONS:
        return Rendered(_interactive("button", laid.text, _buttons(laid)), laid.options)
    if laid.form is Form.LIST:
        rows = {"button": list_button, "sections": [{"rows": _rows(laid)}]}
        return Rendered(_interactive("list", laid.text, rows), laid.options)
    return Rendered({"type": "text", "text": {"body": laid.text}}, laid.options)


def _interactive(kind: str, text: str, action: dict[str, Any]) -> dict[str, Any]:
    shown = {"type": kind, "body": {"text": text}, "action": action}
    return {"type": "interactive", "interactive": shown}


def _buttons(laid: Laid) -> dict[str, Any]:
    pairs = zip(laid.options, laid.titles, strict=True)
    replies = [{"id": option.button_id, "title": title} for option, title in pairs]
    return {"buttons": [{"type": "reply", "reply": reply} for reply in replies]}


def _rows(laid: Laid) -> list[dict[str, str]]:
    rows = []
    for option, title in zip(laid.options, laid.titles, strict=True):
        whole = {} if title == option.title else {"description": option.title}
        rows.append({"id": option.button_id, "title": title} | whole)
    return rows
