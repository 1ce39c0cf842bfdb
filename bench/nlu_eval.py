"""Measures intent recognition on utterances never taught (runs in the engine environment).

With a trained model it measures that model on `--file`; without one, or with `--folds`,
it cross-validates `config.yml` on the training data.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import random
import sys
import tempfile
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "models/aftersale.tar.gz"
FALLBACK = "nlu_fallback"
BINS = 10


@dataclass(frozen=True)
class Case:
    """An utterance and the intents that count as right; the first one is its label."""

    text: str
    right: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What the engine made of a case: its best intent, and whether it was sure enough."""

    case: Case
    intent: str
    confidence: float
    fallback: bool

    @property
    def correct(self) -> bool:
        """Whether the best intent is one of the right ones, fallback or not."""
        return self.intent in self.case.right

    @property
    def label(self) -> str:
        """The gold intent; where several are right, the one that was chosen."""
        return self.intent if self.correct else self.case.right[0]


Parse = Callable[[str], dict[str, Any]]


def read_map(path: Path | None) -> dict[str, tuple[str, ...]] | None:
    """Reads `label: intent`, `label: [intents]` or `label: null` (leave those rows out)."""
    if path is None:
        return None
    from rasa.shared.utils.io import read_yaml_file

    table = read_yaml_file(path)
    return {
        str(label): tuple([named] if isinstance(named, str) else named or ())
        for label, named in table.items()
    }


def read_cases(path: Path, names: dict[str, tuple[str, ...]] | None) -> list[Case]:
    """Reads `text<TAB>label` rows, translated by the map; unmapped labels stop the run."""
    cases = []
    for line in path.read_text(encoding="utf-8").splitlines():
        text, _, label = line.partition("\t")
        if names is not None and label not in names:
            raise SystemExit(f"{path}: the map has no line for the label {label!r}")
        right = (label,) if names is None else names[label]
        if text and right:
            cases.append(Case(text, right))
    return cases


def answer(parse: Parse, case: Case) -> Answer:
    """Parses one utterance; the best intent is looked for below a fallback."""
    found = parse(case.text)
    ranking = [item for item in found["intent_ranking"] if item["name"] != FALLBACK]
    best = ranking[0] if ranking else {"name": FALLBACK, "confidence": 0.0}
    fallback = found["intent"]["name"] == FALLBACK
    return Answer(case, best["name"], float(best["confidence"]), fallback)


def load(model: Path) -> Parse:
    """Loads a model and returns its parser."""
    from rasa.core.agent import Agent

    agent = Agent.load(model)
    loop = asyncio.new_event_loop()
    return lambda text: loop.run_until_complete(agent.parse_message(text))


def f1_by_intent(answers: Sequence[Answer]) -> dict[str, float]:
    """F1 of every intent that occurs as a label."""
    hits: Counter[str] = Counter()
    said: Counter[str] = Counter()
    meant: Counter[str] = Counter()
    for item in answers:
        hits[item.label] += item.correct
        said[item.intent] += 1
        meant[item.label] += 1
    return {name: 2 * hits[name] / (said[name] + meant[name]) for name in meant}


def calibration_error(answers: Sequence[Answer]) -> float:
    """Expected calibration error over ten equal bins of confidence."""
    bins: dict[int, list[Answer]] = defaultdict(list)
    for item in answers:
        bins[min(int(item.confidence * BINS), BINS - 1)].append(item)
    gaps = (
        abs(sum(a.correct for a in members) - sum(a.confidence for a in members))
        for members in bins.values()
    )
    return sum(gaps) / len(answers)


def measure(answers: Sequence[Answer]) -> dict[str, Any]:
    """All figures of a run, ready for JSON."""
    scores = f1_by_intent(answers)
    sure = [item for item in answers if not item.fallback]
    pairs = Counter((a.label, a.intent) for a in answers if not a.correct)
    return {
        "utterances": len(answers),
        "accuracy": sum(a.correct for a in answers) / len(answers),
        "macro_f1": sum(scores.values()) / len(scores),
        "fallback_rate": 1 - len(sure) / len(answers),
        "accuracy_when_sure": sum(a.correct for a in sure) / max(len(sure), 1),
        "right_but_unsure": sum(a.correct and a.fallback for a in answers),
        "calibration_error": calibration_error(answers),
        "worst_intents": sorted(scores.items(), key=lambda pair: pair[1])[:10],
        "confusions": [[*pair, count] for pair, count in pairs.most_common(15)],
        "mistakes": [
            [a.case.text, a.label, a.intent, round(a.confidence, 2), a.fallback]
            for a in answers
            if not a.correct
        ],
    }


def show(figures: dict[str, Any], *, mistakes: bool) -> None:
    """Prints the figures for people."""
    for name in ("accuracy", "macro_f1", "fallback_rate", "accuracy_when_sure"):
        print(f"{name.replace('_', ' '):20}{figures[name]:.3f}")
    print(f"{'calibration error':20}{figures['calibration_error']:.3f}")
    print(f"{'utterances':20}{figures['utterances']}, ", end="")
    print(f"right but unsure {figures['right_but_unsure']}, ", end="")
    print(f"{figures['milliseconds']:.1f} ms each")
    print("\nworst intents (F1)")
    for name, score in figures["worst_intents"]:
        print(f"  {name:26}{score:.2f}")
    print("\nconfusions (meant, understood)")
    for meant, said, count in figures["confusions"]:
        print(f"  {count:3}  {meant:26}{said}")
    if mistakes:
        print("\nmistakes (confidence, * = fell back)")
        for text, meant, said, confidence, fallback in figures["mistakes"]:
            print(f"  {confidence:.2f}{'*' if fallback else ' '} {meant} / {said}: {text}")


def run(parse: Parse, cases: Iterable[Case]) -> tuple[list[Answer], float]:
    """Parses all cases; returns the answers and the seconds they took."""
    started = time.perf_counter()
    answers = [answer(parse, case) for case in cases]
    return answers, time.perf_counter() - started


def folds(count: int) -> Iterator[tuple[Any, list[Case]]]:
    """Splits the training data, each intent evenly, into (training part, cases)."""
    from rasa.shared.importers.utils import training_data_from_paths
    from rasa.shared.nlu.training_data.training_data import TrainingData

    data = training_data_from_paths([str(ROOT / "data/nlu")], "en")
    by_intent: dict[str, list[Any]] = defaultdict(list)
    for message in data.intent_examples:
        by_intent[message.get("intent")].append(message)
    for members in by_intent.values():
        random.Random(7).shuffle(members)
    for fold in range(count):
        kept = [m for ms in by_intent.values() for i, m in enumerate(ms) if i % count != fold]
        left = [m for ms in by_intent.values() for m in ms[fold::count]]
        yield TrainingData(kept), [Case(m.get("text"), (m.get("intent"),)) for m in left]


def train(data: Any, folder: Path) -> Path:
    """Trains intent recognition alone on a part of the data."""
    from rasa.model_training import train_nlu

    part = folder / "part.yml"
    part.write_text(data.nlu_as_yaml(), encoding="utf-8")
    made = train_nlu(str(ROOT / "config.yml"), str(part), str(folder), fixed_model_name="part")
    if made is None:
        raise SystemExit("training failed; its messages stand above")
    return Path(made)


def cross_validate(count: int) -> tuple[list[Answer], float]:
    """Trains on each split and answers what it left out."""
    answers: list[Answer] = []
    seconds = 0.0
    for number, (data, cases) in enumerate(folds(count), 1):
        print(f"fold {number} of {count}: {len(cases)} utterances", file=sys.stderr)
        with tempfile.TemporaryDirectory() as folder:
            part, took = run(load(train(data, Path(folder))), cases)
        answers += part
        seconds += took
    return answers, seconds


def quiet() -> None:
    """Keeps the engine's start-up chatter out of the figures."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    logging.disable(logging.WARNING)
    warnings.showwarning = lambda *_, **__: None  # a filter would be reset by an import
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    sys.path.insert(0, str(ROOT))  # custom components are imported as bot.nlu
    os.chdir(ROOT)


def arguments() -> argparse.Namespace:
    """The command line; `make nlu-eval` passes FILE, MAP, JSON and FOLDS."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, default=ROOT / "tests/nlu/heldout.tsv")
    parser.add_argument("--map", type=Path, help="YAML: foreign label -> intent(s) or null")
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("--folds", type=int, default=0, help="cross-validate instead")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--mistakes", action="store_true", help="print every wrong answer")
    found = parser.parse_args()
    for name in ("file", "map", "model"):
        path = getattr(found, name)
        setattr(found, name, path and path.resolve())
    return found


def main() -> None:
    """Measures and prints."""
    options = arguments()
    quiet()
    count = options.folds or (0 if options.model.exists() else 3)
    if count:
        answers, seconds = cross_validate(count)
    else:
        cases = read_cases(options.file, read_map(options.map))
        answers, seconds = run(load(options.model), cases)
    figures = measure(answers) | {"milliseconds": 1000 * seconds / len(answers)}
    if options.json:
        print(json.dumps(figures, indent=1))
    else:
        show(figures, mistakes=options.mistakes)


if __name__ == "__main__":
    main()
