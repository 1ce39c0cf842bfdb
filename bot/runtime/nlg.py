"""Rasa's text generator here: hands names and variables through. The app owns the wording."""

from __future__ import annotations

from typing import Any

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

# Keys that rasa_sdk sends with every message; they are no variables of ours.
_NOT_VARIABLES = frozenset(
    {
        *("text", "buttons", "elements", "custom", "template", "image", "attachment", "response"),
        "domain_responses",  # added by Rasa itself
    }
)


class PassThroughResponses(NaturalLanguageGenerator):
    """Returns `{"response": name, "variables": {...}}` instead of text."""

    def __init__(
        self,
        endpoint_config: EndpointConfig | None = None,
        domain: Domain | None = None,
    ) -> None:
        """Accept what Rasa passes to a generator; neither is needed."""

    async def generate(
        self,
        utter_action: str,
        tracker: DialogueStateTracker,  # noqa: ARG002
        output_channel: str,  # noqa: ARG002
        **kwargs: Any,
    ) -> dict[str, Any] | None:
        """Return the name with the variables that the action gave."""
        variables = {key: value for key, value in kwargs.items() if key not in _NOT_VARIABLES}
        return {"custom": {"response": utter_action, "variables": variables}}
