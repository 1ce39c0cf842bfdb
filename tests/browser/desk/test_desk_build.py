"""What is sent to agents stays small, writes no HTML, and says everything in words that exist."""

import gzip
import json
import re
import subprocess

import pytest

FIRST, ALL = 60 * 1024, 130 * 1024
# What is said by a key that is put together: its parts stand in the code, its whole in the file.
SAID = re.compile(r"\bsay\(\s*\"(\w+)\"|\bsay\(\s*'(\w+)'|label: \"(view_\w+|nav_\w+)\"")
DARE = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|\beval\(|Function\(|setAttribute\(.style"
)


@pytest.fixture(scope="module")
def built(root):
    folder = root / "widget/dist/desk"
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    return {name: folder / "assets" / manifest["version"] / name for name in manifest["files"]}


@pytest.fixture(scope="module")
def modules(root):
    return {path: path.read_text("utf-8") for path in (root / "desk/src").rglob("*.js")}


def test_the_desk_is_within_its_budget(built, root):
    sizes = {name: len(gzip.compress(path.read_bytes(), 9)) for name, path in built.items()}
    assert sum(sizes.values()) <= ALL
    page = (root / "widget/dist/desk/index.html").read_text("utf-8")
    first = [size for name, size in sizes.items() if f"/{name}" in page]
    assert 0 < sum(first) <= FIRST


def test_nothing_in_it_can_write_html(built):
    for path in built.values():
        assert not DARE.search(path.read_text("utf-8")), path.name


def test_the_page_holds_no_script_and_no_style_of_its_own(root):
    page = (root / "widget/dist/desk/index.html").read_text("utf-8")
    assert "<style" not in page
    assert "style=" not in page
    assert re.search(r"<script(?! type=\"module\" src=)", page) is None


def test_the_types_of_the_desk_fit(root):
    checked = subprocess.run(
        ["node_modules/.bin/tsc", "-p", "../desk/tsconfig.json"],
        cwd=root / "widget",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stdout) == (0, "")


def test_everything_that_is_said_has_words(modules, root):
    texts = json.loads((root / "desk/locales/en.json").read_text("utf-8"))
    texts |= json.loads((root / "widget/locales/en.json").read_text("utf-8"))
    said = {
        next(filter(None, found)): path.name
        for path, code in modules.items()
        for found in SAID.findall(code)
    }
    assert {key: where for key, where in said.items() if key not in texts} == {}


def test_no_module_is_long(modules):
    long = {path.name: code.count("\n") for path, code in modules.items()}
    assert {name: lines for name, lines in long.items() if lines >= 300} == {}
