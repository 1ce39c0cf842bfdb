"""TF-IDF over words and over characters, kept as plain JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.masking import masked

_VIEWS: dict[str, dict[str, Any]] = {
    "words": {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"(?u)[\w']+|[?!]"},
    "characters": {"analyzer": "char_wb", "ngram_range": (2, 4)},
}
_COMMON = {"sublinear_tf": True, "dtype": np.float32}


def _prepare(text: str) -> str:
    return masked(text).lower()


class WordWeights:
    """Two TF-IDF views of a text, side by side."""

    def __init__(self, views: dict[str, TfidfVectorizer]) -> None:
        self._views = views

    @classmethod
    def fit(cls, texts: Sequence[str], min_df: int = 1) -> WordWeights:
        """Learn vocabulary and weights from `texts`."""
        prepared = [_prepare(text) for text in texts]
        views = {
            name: TfidfVectorizer(min_df=min_df, **view, **_COMMON).fit(prepared)
            for name, view in _VIEWS.items()
        }
        return cls(views)

    def transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """One row a text."""
        prepared = [_prepare(text) for text in texts]
        return sparse.hstack([v.transform(prepared) for v in self._views.values()], format="csr")

    def save(self, path: Path) -> None:
        """Write vocabulary and weights to `path`."""
        plain = {name: _words_and_idf(view) for name, view in self._views.items()}
        path.write_text(json.dumps(plain), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> WordWeights:
        """Read what `save` wrote."""
        plain = json.loads(path.read_text(encoding="utf-8"))
        views = {}
        for name, view in _VIEWS.items():
            words: list[str] = plain[name]["words"]
            vocabulary = {word: column for column, word in enumerate(words)}
            views[name] = TfidfVectorizer(vocabulary=vocabulary, **view, **_COMMON)
            views[name].idf_ = np.array(plain[name]["idf"], dtype=np.float32)
        return cls(views)


def _words_and_idf(view: TfidfVectorizer) -> dict[str, Any]:
    words = sorted(view.vocabulary_, key=view.vocabulary_.__getitem__)
    return {"words": words, "idf": [round(float(weight), 5) for weight in view.idf_]}
