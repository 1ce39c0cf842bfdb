"""TF-IDF over words and over characters, kept as plain JSON."""

from __future__ import annotations

import json
import re
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
_WORD = re.compile(r"[\w']+")
_TELLING = (3, 4)  # lengths of the pieces by which a word is known again; two letters fit any
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

    def known_share(self, text: str) -> float:
        """How much of the letters of `text` reminds of anything in the examples: 0 to 1.

        A word of the examples counts whole, another one by the pieces it shares with them: a slip
        ("trakcing") keeps half of itself, fingers on a keyboard ("qwoei asdlk") next to nothing.
        """
        words = _WORD.findall(_prepare(text))
        letters = sum(map(len, words))
        return sum(len(w) * self._known(w) for w in words) / letters if letters else 1.0

    def _known(self, word: str) -> float:
        if word in self._views["words"].vocabulary_:
            return 1.0
        padded, pieces = f" {word} ", self._views["characters"].vocabulary_
        cut = [padded[i : i + n] for n in _TELLING for i in range(max(1, len(padded) - n + 1))]
        return sum(piece in pieces for piece in cut) / len(cut)

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
