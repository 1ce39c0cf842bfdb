"""Rasa component around `LinearModel`: the intent with a calibrated confidence."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy import sparse

from bot.nlu.linear import LinearModel, fit
from bot.nlu.tfidf_featurizer import KNOWN_SHARE


def row_of(message: Message) -> sparse.csr_matrix | None:
    """Sparse and dense sentence features of `message` as one row."""
    parts = []
    for features in (
        message.get_sparse_features(TEXT)[1],
        message.get_dense_features(TEXT)[1],
    ):
        if features:
            parts.append(sparse.csr_matrix(features.features))
    return sparse.hstack(parts, format="csr") if parts else None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class CalibratedIntentClassifier(GraphComponent):
    """Logistic regression with a temperature learnt on examples it has not seen."""

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: LinearModel | None = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings."""
        return {
            "strength": 8.0,  # scikit-learn's C: higher trusts the examples more
            "readable_from": 0.4,  # a message less known than this is doubted in proportion
            "ranking_length": 3,  # every stored message carries the ranking: keep it short
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> CalibratedIntentClassifier:
        """Create the untrained component (see Rasa's GraphComponent)."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003
        **kwargs: Any,  # noqa: ARG003
    ) -> CalibratedIntentClassifier:
        """Load the trained component; a model without its weights is refused."""
        with model_storage.read_from(resource) as folder:
            model = LinearModel.load(folder)
        return cls(config, model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the weights and store them."""
        examples = [m for m in training_data.intent_examples if m.get(INTENT) and m.get(TEXT)]
        rows = sparse.vstack([row_of(message) for message in examples], format="csr")
        names = [message.get(INTENT) for message in examples]
        self._model = fit(rows, names, self._config["strength"])
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and ranking of `messages`."""
        for message in messages:
            row = row_of(message)
            if self._model is None or row is None:
                continue
            trust = min(1.0, message.get(KNOWN_SHARE, 1.0) / self._config["readable_from"])
            ranking = [
                {"name": name, "confidence": confidence * trust}
                for name, confidence in self._model.rank(row)[: self._config["ranking_length"]]
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages
