"""The documentation is complete, and what it tells people to type exists."""

import re
from pathlib import Path

import pytest
import yaml
from click import Context, Group
from openapi_core import OpenAPI

from aftersale import errors
from aftersale.cli import main
from aftersale.domain.errors import AftersaleError
from aftersale.policy.codes import REASON_CODES
from aftersale.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/**/*.md"))]
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))


def _rows(heading: str) -> set[str]:
    """Return the first cells of the table under a heading."""
    section = OPERATIONS.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE))


def _subclasses(error: type[AftersaleError]) -> set[type[AftersaleError]]:
    return {error}.union(*(_subclasses(child) for child in error.__subclasses__()))


def test_every_setting_is_documented():
    assert _rows("Settings") == {f"AFTERSALE_{setting.name}" for setting in SETTINGS}


def test_every_error_code_is_documented():
    public = {each for each in _subclasses(AftersaleError) if each.__module__ in PUBLIC}
    assert {error.code for error in public} <= _rows("Error codes")


PUBLIC = {errors.__name__, *(f"aftersale.domain.errors{part}" for part in ("", "_desk", "_input"))}


def test_every_problem_of_the_interface_is_documented():
    from aftersale.gateway.replies import AT_THE_DESK, STATUS

    assert set(STATUS) | set(AT_THE_DESK) <= _rows("Error codes")


def test_every_reason_code_is_documented():
    assert _rows("Reason codes") == set(REASON_CODES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_make_target_that_a_page_names_exists(page):
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^)make ([a-z][a-z-]*)", text, re.MULTILINE))
    assert named <= TARGETS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_inside_the_repository_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_file_that_a_page_names_exists(page):
    named = re.findall(
        r"`((?:[\w.-]+/)+[\w.*-]+\.(?:py|yml|md|ini|txt))`", page.read_text("utf-8")
    )
    assert [path for path in named if not any(ROOT.glob(path))] == []


@pytest.mark.parametrize("name", ["order-import.schema.json", "product-import.schema.json"])
def test_the_published_import_format_is_the_one_that_imports_are_checked_by(name):
    published = (ROOT / "docs" / name).read_bytes()
    assert published == (ROOT / "aftersale/store" / name).read_bytes()


def test_the_description_of_the_interface_is_valid_openapi_3_1():
    document = yaml.safe_load((ROOT / "docs/openapi.yml").read_text(encoding="utf-8"))
    assert document["openapi"].startswith("3.1.")
    OpenAPI.from_dict(document)  # raises where the specification is broken


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/adr/0*.md")), ids=lambda page: page.stem)
def test_every_decision_is_in_the_list_under_its_title(page):
    number, title = page.read_text(encoding="utf-8").partition("\n")[0][2:].split(". ", 1)
    listed = (ROOT / "docs/adr/README.md").read_text(encoding="utf-8")
    assert f"{number}. [{title}]({page.name})" in listed


def test_every_make_target_for_people_has_a_line_of_help():
    phony = set(" ".join(re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)).split())
    tests = {f"{name}-tests" for name in ("app", "bot", "engine", "conversation")}
    parts = tests | {"pythons", "widget-types"}
    described = set(re.findall(r"^([a-z-]+):.* ## ", MAKEFILE, re.MULTILINE))
    assert phony - parts == described


def _commands(group: Group, path: str) -> dict[str, object]:
    context = Context(group)
    found: dict[str, object] = {}
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        full = f"{path} {name}"
        found |= _commands(command, full) if isinstance(command, Group) else {full: command}
    return found


def test_every_command_shows_an_example():
    commands = _commands(main, "aftersale")
    assert len(commands) > len(main.list_commands(Context(main))) - 1
    assert [n for n, c in commands.items() if f"Example: {n}" not in (c.epilog or "")] == []


def test_commands_that_pages_show_exist():
    commands = _commands(main, "aftersale")
    shown = {
        words
        for page in PAGES
        for words in re.findall(
            r"(?:`|bin/)aftersale ([a-z]+(?: [a-z]+)?)", page.read_text("utf-8")
        )
    }
    groups = {name.split()[1] for name in commands}
    assert {words.split()[0] for words in shown} <= groups
