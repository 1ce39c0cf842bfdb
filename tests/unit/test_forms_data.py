"""Forms as the engine reads them: a form takes the message that starts it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
BEGUN_BY_AN_ACTION = {"reset_form"}  # no rule starts it: `actions/account.py` does


def read(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


DOMAIN = read("domain.yml")


def started() -> dict[str, set[str]]:
    """Return the intents with which some rule starts each form."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "data/rules").glob("*.yml")):
        for rule in read(str(path))["rules"]:
            intent = None
            for step in rule["steps"]:
                intent = step.get("intent", intent)
                form = step.get("action")
                if intent and form in DOMAIN["forms"]:
                    found.setdefault(form, set()).add(intent)
    return found


def refused(form: str) -> dict[str, set[str]]:
    """Return the intents that the mappings of a form's slots do not take, by slot."""
    found: dict[str, set[str]] = {}
    for name, slot in DOMAIN["slots"].items():
        for mapping in slot.get("mappings", ()):
            loops = {each.get("active_loop") for each in mapping.get("conditions", ())}
            anywhere = not loops and name in DOMAIN["forms"][form]["required_slots"]
            if anywhere or form in loops:
                not_intent = mapping.get("not_intent") or ()
                every = [not_intent] if isinstance(not_intent, str) else not_intent
                found.setdefault(name, set()).update(every)
    return found


STARTED = started()


def test_every_form_is_started_by_a_rule():
    assert STARTED.keys() | BEGUN_BY_AN_ACTION == DOMAIN["forms"].keys()


@pytest.mark.parametrize("form", sorted(STARTED))
def test_no_form_refuses_the_intent_that_starts_it(form):
    # The engine would leave the form, start it by the rule, and so on: all that is ever said is
    # that something went wrong.
    clashes = {slot: STARTED[form] & names for slot, names in refused(form).items()}
    assert {slot: names for slot, names in clashes.items() if names} == {}
