"""Logistic regression whose confidences mean something: fit, temperature, predict, keep."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file
from scipy import sparse
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

_FOLDS = 3
_SEED = 42


@dataclass(frozen=True)
class LinearModel:
    """Weights of a trained classifier; `temperature` is folded into the answer."""

    labels: list[str]
    weights: np.ndarray  # features x labels
    bias: np.ndarray
    temperature: float

    def rank(self, row: sparse.csr_matrix) -> list[tuple[str, float]]:
        """Labels of one row with their probability, likeliest first."""
        probabilities = softmax(self.logits(row) / self.temperature)[0]
        order = np.argsort(-probabilities)
        return [(self.labels[i], float(probabilities[i])) for i in order]

    def logits(self, rows: sparse.csr_matrix) -> np.ndarray:
        """Raw scores, one row a text."""
        return np.asarray(rows @ self.weights) + self.bias

    def save(self, folder: Path) -> None:
        """Write the weights to `folder`."""
        tensors = {"weights": np.ascontiguousarray(self.weights), "bias": self.bias}
        save_file(tensors, str(folder / "classifier.safetensors"))
        about = {"labels": self.labels, "temperature": self.temperature}
        (folder / "classifier.json").write_text(json.dumps(about), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> LinearModel:
        """Read what `save` wrote."""
        tensors = load_file(str(folder / "classifier.safetensors"))
        about = json.loads((folder / "classifier.json").read_text(encoding="utf-8"))
        return cls(about["labels"], tensors["weights"], tensors["bias"], about["temperature"])


def softmax(scores: np.ndarray) -> np.ndarray:
    """Probabilities along the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


def fit(rows: sparse.csr_matrix, names: Sequence[str], strength: float) -> LinearModel:
    """Train on all rows; the temperature comes from a fold the model has not seen."""
    answers = np.array(names)
    model = _fit_once(rows, answers, strength)
    return LinearModel(
        model.labels, model.weights, model.bias, _temperature(rows, answers, strength)
    )


def _fit_once(rows: sparse.csr_matrix, answers: np.ndarray, strength: float) -> LinearModel:
    trained = LogisticRegression(
        C=strength, class_weight="balanced", max_iter=40, tol=1e-3, random_state=_SEED
    ).fit(rows, answers)
    labels = [str(label) for label in trained.classes_]
    weights, bias = trained.coef_.T, trained.intercept_
    if len(labels) == 2:  # scikit-learn keeps one column for two labels
        weights, bias = np.hstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return LinearModel(labels, weights.astype(np.float32), bias.astype(np.float32), 1.0)


def _temperature(rows: sparse.csr_matrix, answers: np.ndarray, strength: float) -> float:
    """The divisor of the scores that makes unseen examples likeliest.

    One fold tells one number well enough; the others would only double the time of training.
    """
    smallest = int(np.unique(answers, return_counts=True)[1].min())
    if smallest < 2:
        return 1.0
    folds = StratifiedKFold(min(_FOLDS, smallest), shuffle=True, random_state=_SEED)
    train, held = next(folds.split(rows, answers))
    model = _fit_once(rows[train], answers[train], strength)
    column = {label: i for i, label in enumerate(model.labels)}
    truths = np.array([column[name] for name in answers[held]])
    return best_temperature(model.logits(rows[held]), truths)


def best_temperature(scores: np.ndarray, truths: np.ndarray) -> float:
    """Minimise the negative log likelihood of `truths` over one number."""
    places = np.arange(len(truths))

    def loss(temperature: float) -> float:
        chosen = softmax(scores / temperature)[places, truths]
        return float(-np.log(np.maximum(chosen, 1e-12)).mean())

    return float(minimize_scalar(loss, bounds=(0.05, 5.0), method="bounded").x)
