"""The mutations that prove requirements really break what they say, and name what exists."""

import subprocess
import sys

import pytest
import yaml

from tests.requirements.mutations import ROOT, Mutation, StaleMutation, apply, load
from tests.requirements.run import IDS

TABLE = load()


def test_there_are_one_hundred_and_four_requirements():
    assert len(IDS) == 104


def test_every_mutation_belongs_to_a_requirement():
    assert set(TABLE) <= set(IDS)


@pytest.mark.parametrize("requirement", sorted(TABLE))
def test_every_mutation_of_the_table_can_be_applied(requirement, tmp_path):
    apply(TABLE[requirement], tmp_path)


def test_a_knob_says_something_else_in_a_copy_of_the_policies(tmp_path):
    knob = {"storefront": "supplier-consent", "path": "hold.offered", "value": False}
    settings = apply(Mutation("knob", knob), tmp_path)
    copied = f"{settings['AFTERSALE_STOREFRONTS_DIR']}/supplier-consent.yml"
    with open(copied, encoding="utf-8") as file:
        assert yaml.safe_load(file)["hold"]["offered"] is False


def test_a_knob_that_changes_nothing_is_stale(tmp_path):
    knob = {"storefront": "supplier-consent", "path": "hold.offered", "value": True}
    with pytest.raises(StaleMutation):
        apply(Mutation("knob", knob), tmp_path)


def test_a_source_mutation_must_find_its_place_exactly_once(tmp_path):
    gone = {"file": "aftersale/domain/money.py", "find": "no such line", "replace": ""}
    with pytest.raises(StaleMutation):
        apply(Mutation("source", gone), tmp_path)


def test_a_source_mutation_takes_effect_at_import(tmp_path):
    data = {
        "file": "aftersale/domain/money.py",
        "find": "self.minor + other.minor",
        "replace": "self.minor - other.minor",
    }
    apply(Mutation("source", data), tmp_path)
    code = (
        "from pathlib import Path;"
        "from tests.requirements.mutations import install_source;"
        f"install_source({data!r}, Path({str(tmp_path / 'mutated.py')!r}));"
        "from aftersale.domain.money import Money;"
        "print((Money(5, 'USD') + Money(2, 'USD')).minor)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout == "3\n"
