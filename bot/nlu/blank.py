"""One blank English spaCy pipeline for the process: tokenizer and vocabulary, no model."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def blank_english() -> Any:
    """The shared pipeline, made on first use."""
    import spacy

    return spacy.blank("en")
