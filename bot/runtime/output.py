"""What the assistant wants to say in one turn: response names with variables, not wording."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import OutputChannel


class TurnOutput(OutputChannel):
    """Collects the replies of one turn in order."""

    def __init__(self) -> None:
        self.replies: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """Name the channel."""
        return "aftersale"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:  # noqa: ARG002
        """Take one reply; a text that bypassed the responses is kept as a plain notice."""
        named = message.get("custom") or {}
        if "response" in named:
            self.replies.append({"response": named["response"], "variables": named["variables"]})
        elif message.get("text"):
            self.replies.append({"response": "utter_text", "variables": {"text": message["text"]}})
