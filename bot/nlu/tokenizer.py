"""Tokens for Rasa from spaCy's English tokenizer, without a spaCy model on disk."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.blank import blank_english


def words_of(text: str) -> list[tuple[str, int]]:
    """Words of `text` with the place where each starts."""
    doc = blank_english().make_doc(text)
    return [(token.text, token.idx) for token in doc if token.text.strip()]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class BlankEnglishTokenizer(Tokenizer):
    """Splits messages with spaCy's English rules."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings, all of them Rasa's own."""
        return {
            "intent_tokenization_flag": False,  # intents are whole names
            "intent_split_symbol": "_",
            "token_pattern": None,
        }

    @staticmethod
    def required_packages() -> list[str]:
        """Name what must be installed."""
        return ["spacy"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,  # noqa: ARG003
        resource: Resource,  # noqa: ARG003
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> BlankEnglishTokenizer:
        """Create the component (see Rasa's GraphComponent)."""
        return cls(config)

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Return the tokens of one attribute of `message`."""
        words = words_of(message.get(attribute))
        return [Token(word, start) for word, start in words]
