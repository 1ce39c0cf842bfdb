"""What counts as resolved: the file fits the wording; a wrong one is refused by its mistakes."""

import pytest

from aftersale.adapters.goals_file import MISSES, TROUBLES, read_meanings
from aftersale.adapters.voice_wording import Wording
from aftersale.domain.requests import CommandKind
from aftersale.errors import SettingsInvalid
from tests.unit.measures.logs import MEANINGS, ROOT

WORDING = Wording.read(ROOT / "domain.yml")


def test_every_response_that_is_a_miss_or_trouble_exists():
    assert set(WORDING.responses) >= MISSES | TROUBLES


def test_what_the_bot_says_when_it_did_not_understand_is_a_miss():
    # Whoever adds a way of saying so must add it to MISSES.
    source = "".join(
        (ROOT / f"actions/{name}.py").read_text() for name in ("repair", "topic_form")
    )
    said = {name for name in WORDING.responses if f'"{name}"' in source}
    other = {"utter_say_yes_or_no", "utter_repeat_nothing"}
    assert {name for name in said - other if not name.startswith("utter_offer_person_")} <= MISSES


def test_every_command_reaches_a_goal():
    assert set(MEANINGS.commands) == set(CommandKind)


def test_a_question_asks_and_a_rating_does_not():
    questions = MEANINGS.vocabulary.questions
    assert {"utter_cancel_status_allows", "utter_which_order", "utter_guest_ask_code"} <= questions
    assert not {"utter_status", "utter_ask_stars", "utter_solved_rate"} & questions


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- a", "it must name goals"),
        ("a: b", "it must name goals"),
        ("a: {responses: [utter_nowhere_*]}", "a: there is no response utter_nowhere_*."),
        ("a: {commands: [fly]}", "a: there is no command fly."),
        ("a: {response: [utter_status]}", "a: known are responses and commands."),
        ("a: [", "cannot be read"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path, text, problem):
    path = tmp_path / "goals.yml"
    path.write_text(text)
    with pytest.raises(SettingsInvalid) as refused:
        read_meanings(path, WORDING)
    assert problem in refused.value.detail


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(SettingsInvalid):
        read_meanings(tmp_path / "none.yml", WORDING)
