"""Rasa component around `WordWeights`: one sparse row a message."""

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

from bot.nlu.fingerprint import digest_of
from bot.nlu.phrases_file import FOLDER
from bot.nlu.word_weights import WordWeights

KNOWN_SHARE = "known_share"  # how much of a message the examples know; see WordWeights
_FILE = "word_weights.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class TfidfFeaturizer(GraphComponent):
    """Adds TF-IDF of words and characters as a sparse sentence feature."""

    def __init__(
        self,
        config: dict[str, Any],
        origin: str,
        model_storage: ModelStorage,
        resource: Resource,
        weights: WordWeights | None = None,
    ) -> None:
        self._config = config
        self._origin = origin
        self._model_storage = model_storage
        self._resource = resource
        self._weights = weights

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings."""
        return {"min_df": 1}  # in how many examples a word must appear to count

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:  # noqa: ARG003
        """Make a changed phrase list count as a change: goods are masked."""
        return digest_of(sorted(FOLDER.glob("*.txt")))

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TfidfFeaturizer:
        """Create the untrained component (see Rasa's GraphComponent)."""
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,  # noqa: ARG003
    ) -> TfidfFeaturizer:
        """Load the trained component; a model without its weights is refused."""
        with model_storage.read_from(resource) as folder:
            weights = WordWeights.load(folder / _FILE)
        return cls(config, execution_context.node_name, model_storage, resource, weights)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the weights and store them."""
        texts = [m.get(TEXT) for m in training_data.training_examples if m.get(TEXT)]
        self._weights = WordWeights.fit(texts, self._config["min_df"])
        with self._model_storage.write_to(self._resource) as folder:
            self._weights.save(folder / _FILE)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add features to the training examples."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add features to `messages`."""
        if self._weights is None:
            return messages
        for message in messages:
            text = message.get(TEXT)
            if text:
                row = self._weights.transform([text])
                message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, self._origin))
                message.set(KNOWN_SHARE, self._weights.known_share(text))
        return messages
