"""Makes Telegram's messages of the log's blocks. Pure.

A button's data is the id of a button that the store keeps: 22 characters of the 64 bytes that
Telegram takes, and nothing in it says anything.
"""

import html
from collections.abc import Sequence
from typing import Any

from aftersale.domain.capabilities import Capabilities
from aftersale.services.channels.rendering import Form, Laid, laid_out
from aftersale.services.ports_channels import Block, Rendered

DATA_LIMIT = 64  # bytes
SHORT, IN_A_ROW = 3, 5  # stars stand beside one another; everything else has its own line


def render(blocks: Sequence[Block], capabilities: Capabilities) -> list[Rendered]:
    """Return texts with the buttons below them, and files as messages of their own."""
    return [_rendered(each) for each in laid_out(blocks, capabilities)]


def _rendered(laid: Laid) -> Rendered:
    if laid.attachment_ids:
        return Rendered({}, (), laid.attachment_ids)
    body: dict[str, Any] = {"text": html.escape(laid.text, quote=False)}
    if laid.form is Form.BUTTONS:
        body["reply_markup"] = {"inline_keyboard": _keyboard(laid)}
    return Rendered(body, laid.options)


def _keyboard(laid: Laid) -> list[list[dict[str, str]]]:
    buttons = [
        {"text": title, "callback_data": option.button_id}
        for title, option in zip(laid.titles, laid.options, strict=True)
        if len(option.button_id.encode()) <= DATA_LIMIT
    ]
    width = IN_A_ROW if all(len(each["text"]) <= SHORT for each in buttons) else 1
    return [buttons[at : at + width] for at in range(0, len(buttons), width)]
