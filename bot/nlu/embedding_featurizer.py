"""Rasa component around `StaticEmbedding`: one dense vector a message."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.embedding import FILES, StaticEmbedding
from bot.nlu.fingerprint import digest_of
from bot.nlu.masking import masked
from bot.nlu.phrases_file import FOLDER


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class StaticEmbeddingFeaturizer(GraphComponent):
    """Adds the static sentence embedding as a dense sentence feature."""

    def __init__(self, config: dict[str, Any], name: str) -> None:
        self._weight = float(config["weight"])
        self._origin = name
        self._embedding = StaticEmbedding()

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings."""
        return {"weight": 2.0}  # how loud it is beside the TF-IDF rows, which have length one

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,  # noqa: ARG003
        resource: Resource,  # noqa: ARG003
        execution_context: ExecutionContext,
    ) -> StaticEmbeddingFeaturizer:
        """Create the component (see Rasa's GraphComponent)."""
        return cls(config, execution_context.node_name)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:  # noqa: ARG003
        """Make another word table, or another list of goods to mask, count as a change."""
        return digest_of([*FILES, *sorted(FOLDER.glob("*.txt"))])

    @staticmethod
    def required_packages() -> list[str]:
        """Name what must be installed."""
        return ["tokenizers", "safetensors"]

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add features to the training examples."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add features to `messages`."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                row = self._weight * self._embedding.encode(masked(text))[None, :]
                message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, self._origin))
        return messages
