"""Rasa component around `ShopMatcher`: adds what it finds to the message."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.entities import ShopMatcher
from bot.nlu.fingerprint import digest_of
from bot.nlu.phrases_file import FOLDER


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ShopEntityExtractor(GraphComponent):
    """Finds order numbers, goods, dates, amounts and reasons by pattern and phrase."""

    def __init__(self) -> None:
        self._matcher = ShopMatcher()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],  # noqa: ARG003
        model_storage: ModelStorage,  # noqa: ARG003
        resource: Resource,  # noqa: ARG003
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> ShopEntityExtractor:
        """Create the component (see Rasa's GraphComponent)."""
        return cls()

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:  # noqa: ARG003
        """Make a changed phrase list count as a change."""
        return digest_of(sorted(FOLDER.glob("*.txt")))

    @staticmethod
    def required_packages() -> list[str]:
        """Name what must be installed."""
        return ["spacy"]

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities of each message to it."""
        for message in messages:
            found = self._extract(message.get(TEXT) or "")
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages

    def _extract(self, text: str) -> list[dict[str, Any]]:
        return [
            {
                "entity": entity.entity,
                "start": entity.start,
                "end": entity.end,
                "value": entity.value,
                "extractor": type(self).__name__,
            }
            for entity in self._matcher.find(text)
        ]
