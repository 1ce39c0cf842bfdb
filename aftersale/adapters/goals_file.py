"""What responses and commands mean to the numbers: from the wording and the file of goals."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from aftersale.adapters.voice_wording import Wording
from aftersale.domain.measures import Vocabulary
from aftersale.domain.requests import CommandKind
from aftersale.errors import SettingsInvalid
from aftersale.services.measures.judging import Meanings

# The bot says one of these when it did not understand (actions/repair.py, actions/topic_form.py).
MISSES = frozenset(
    {"utter_fallback_suggest", "utter_fallback_rephrase", "utter_fallback_explain"}
    | {"utter_missed_once", "utter_missed_twice_order", "utter_missed_twice_yes"}
    | {"utter_offer_person_instead", "utter_out_of_scope"}
)
TROUBLES = frozenset({"utter_trouble", "utter_trouble_case", "utter_engine_down"})
# How questions are called that do not end in a question mark ...
ASKING = ("utter_*ask_*", "utter_which_*", "utter_say_yes_or_no", "utter_letter_text*")
# ... and what only asks how it was.
AFTERWARDS = frozenset({"utter_ask_stars", "utter_ask_comment", "utter_solved_rate"})
_KINDS = frozenset(CommandKind)


def read_meanings(path: Path, wording: Wording) -> Meanings:
    """Return what everything means.

    Raises:
        SettingsInvalid: the file is none of goals, or names what there is not.
    """
    try:
        goals = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as wrong:
        raise SettingsInvalid([f"GOALS_FILE: {path.name} cannot be read."]) from wrong
    if problems := list(_problems(goals, wording)):
        raise SettingsInvalid([f"GOALS_FILE: {each}" for each in problems])
    words = Vocabulary(
        questions=frozenset(_questions(wording)),
        misses=MISSES,
        troubles=TROUBLES,
        goals={
            name: goal
            for goal, by in goals.items()
            for pattern in by.get("responses", ())
            for name in _fitting(pattern, wording.responses)
        },
    )
    commands = {kind: goal for goal, by in goals.items() for kind in by.get("commands", ())}
    return Meanings(words, commands)


def _problems(goals: Any, wording: Wording) -> Iterator[str]:
    if not isinstance(goals, dict) or not all(isinstance(by, dict) for by in goals.values()):
        yield "it must name goals, each with responses or commands."
        return
    for goal, by in goals.items():
        if by.keys() - {"responses", "commands"}:
            yield f"{goal}: known are responses and commands."
        for pattern in by.get("responses", ()):
            if not _fitting(pattern, wording.responses):
                yield f"{goal}: there is no response {pattern}."
        for kind in by.get("commands", ()):
            if kind not in _KINDS:
                yield f"{goal}: there is no command {kind}."


def _fitting(pattern: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if fnmatchcase(name, str(pattern))]


def _questions(wording: Wording) -> Iterator[str]:
    for name, variations in wording.responses.items():
        ends = any(each.text.endswith("?") for each in variations)
        if name not in AFTERWARDS and (ends or any(fnmatchcase(name, each) for each in ASKING)):
            yield name
