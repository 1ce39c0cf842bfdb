"""How close two texts are in meaning, by the word vectors that the engine's classifier uses."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

PARTS = re.compile(r"\w+|[^\w\s]")  # words and signs, as the vocabulary was made
LONGEST = 100  # letters of a word that is looked up


class WordVectors:
    """The `Meaning` port: a text is the mean of its words' vectors. Read on first use.

    The folder holds `words.safetensors` and `vocab.txt`; bot/nlu/vectors/README.md tells more.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._encoded = lru_cache(maxsize=8192)(self._encode)

    def closest(self, text: str, options: Sequence[Sequence[str]]) -> Sequence[float]:
        """Return for each option how close its closest phrase comes; 0 for what has no word."""
        asked = self._encoded(text)
        return [
            max((float(asked @ self._encoded(phrase)) for phrase in phrases), default=0.0)
            for phrases in options
        ]

    @cached_property
    def _table(self) -> tuple[Any, Any]:
        tensors = load_file(str(self._folder / "words.safetensors"))
        return tensors["table"], tensors["scale"].astype(np.float32)

    @cached_property
    def _ids(self) -> dict[str, int]:
        words = (self._folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
        return {word: row for row, word in enumerate(words)}

    def _encode(self, text: str) -> Any:
        table, scale = self._table
        rows = [row for word in PARTS.findall(plain(text)) for row in self._pieces(word)]
        if not rows:
            return np.zeros(table.shape[1], dtype=np.float32)
        mean = (table[rows].astype(np.float32) * scale[rows, None]).mean(axis=0)
        return mean / (np.linalg.norm(mean) or 1.0)

    def _pieces(self, word: str) -> Iterator[int]:
        """Yield the rows of a word, cut into the longest pieces that are known."""
        rows, start = [], 0
        while start < len(word[:LONGEST]):
            ends = range(len(word), start, -1)
            mark = "##" if start else ""
            end = next((e for e in ends if mark + word[start:e] in self._ids), None)
            if end is None:
                return  # a word that cannot be cut up is not known
            rows.append(self._ids[mark + word[start:end]])
            start = end
        yield from rows


def plain(text: str) -> str:
    """Return the text in small letters without accents."""
    spread = unicodedata.normalize("NFD", text.lower())
    return "".join(sign for sign in spread if unicodedata.category(sign) != "Mn")
