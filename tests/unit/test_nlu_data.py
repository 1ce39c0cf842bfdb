import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CONTROL = {"nlu_fallback"}  # predicted by the engine, never taught
ANNOTATION = re.compile(r"\[([^\]]+)\](?:\((?P<name>\w+)\)|\{[^}]*\})")
CARD_OR_MAIL = re.compile(
    r"\b(?:\d[ -]?){13,19}\b|[\w.+-]+@(?!example\.)[\w-]+\.\w+|\+\d[\d ()-]{8,}"
)


def plain(line: str) -> str:
    return " ".join(ANNOTATION.sub(r"\1", line).split()).casefold()


def training() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "data/nlu").glob("*.yml")):
        for item in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            assert item["intent"] not in found, f"{item['intent']} stands in two places"
            found[item["intent"]] = [line[2:] for line in item["examples"].splitlines()]
    return found


def held_out() -> list[tuple[str, str]]:
    rows = []
    for path in sorted((ROOT / "tests/nlu").glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            text, _, intent = line.partition("\t")
            rows.append((text, intent))
    return rows


TRAINING = training()
HELD_OUT = held_out()


@pytest.mark.parametrize("intent", sorted(TRAINING))
def test_every_intent_has_thirty_different_examples(intent: str) -> None:
    assert len({plain(line) for line in TRAINING[intent]}) >= 30


def test_no_utterance_is_taught_twice() -> None:
    counts = Counter(plain(line) for lines in TRAINING.values() for line in lines)
    assert [text for text, n in counts.items() if n > 1] == []


def test_every_intent_is_measured_by_eight_utterances_it_never_saw() -> None:
    counts = Counter(intent for _, intent in HELD_OUT)
    assert {intent for intent in TRAINING if counts[intent] < 8} == set()
    assert set(counts) == set(TRAINING)


def test_held_out_utterances_are_not_taught_and_not_doubled() -> None:
    taught = {plain(line) for lines in TRAINING.values() for line in lines}
    texts = [plain(text) for text, _ in HELD_OUT]
    assert [text for text in texts if text in taught] == []
    assert len(texts) == len(set(texts))


def test_nothing_looks_like_a_card_a_real_address_or_a_phone() -> None:
    lines = [line for lines in TRAINING.values() for line in lines]
    lines += [text for text, _ in HELD_OUT]
    assert [line for line in lines if CARD_OR_MAIL.search(line)] == []


def test_only_goods_are_annotated() -> None:
    names = {
        match["name"]
        for lines in TRAINING.values()
        for line in lines
        for match in ANNOTATION.finditer(line)
    }
    assert names == {"product"}


def test_the_domain_and_the_data_name_the_same_intents() -> None:
    text = (ROOT / "domain.yml").read_text(encoding="utf-8")
    declared = yaml.safe_load(text)["intents"]
    names = {next(iter(item)) if isinstance(item, dict) else item for item in declared}
    names = {name for name in names if not name.startswith("EXTERNAL_")} - CONTROL
    assert names == set(TRAINING)


def test_every_intent_has_its_boundary_written_down() -> None:
    text = (ROOT / "docs/intents.md").read_text(encoding="utf-8")
    assert [intent for intent in TRAINING if f"| `{intent}` |" not in text] == []
