"""Static sentence embedding: the mean of weighted word vectors. See `distil.py` for its origin."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

FOLDER = Path(__file__).parent / "vectors"
FILES: tuple[Path, Path] = (FOLDER / "words.safetensors", FOLDER / "vocab.txt")
_UNKNOWN = "[UNK]"


class StaticEmbedding:
    """Word table and tokenizer, read once."""

    def __init__(self, table_file: Path = FILES[0], vocabulary_file: Path = FILES[1]) -> None:
        tensors = load_file(str(table_file))
        self._table = tensors["table"]
        self._scale = tensors["scale"].astype(np.float32)
        words = vocabulary_file.read_text(encoding="utf-8").splitlines()
        self._unknown = len(words)
        ids = {word: row for row, word in enumerate([*words, _UNKNOWN])}
        self._tokenizer = Tokenizer(models.WordPiece(ids, unk_token=_UNKNOWN))
        self._tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
        self._tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()

    @property
    def dimensions(self) -> int:
        """Length of a sentence vector."""
        return int(self._table.shape[1])

    def encode(self, text: str) -> np.ndarray:
        """Unit vector of `text`; zero where no word is known."""
        rows: list[int] = [i for i in self._tokenizer.encode(text).ids if i != self._unknown]
        if not rows:
            return np.zeros(self.dimensions, dtype=np.float32)
        vector = (self._table[rows].astype(np.float32) * self._scale[rows, None]).mean(axis=0)
        return vector / (np.linalg.norm(vector) or 1.0)
