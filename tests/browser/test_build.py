"""What is sent to browsers stays small, and what builds it names no server."""

import gzip
import json
import re
import subprocess

import pytest

BUDGET = {"widget.js": 3 * 1024, "panel.js": 25 * 1024}


@pytest.fixture(scope="module")
def built(root):
    manifest = json.loads((root / "widget/dist/manifest.json").read_text())
    panel = manifest["panel"].removeprefix("/widget/")
    return {"widget.js": root / "widget/dist/widget.js", "panel.js": root / "widget/dist" / panel}


@pytest.mark.parametrize("name", BUDGET)
def test_what_a_page_loads_is_within_its_budget(built, name):
    assert len(gzip.compress(built[name].read_bytes(), 9)) <= BUDGET[name]


def test_nothing_in_it_can_write_html(built):
    for path in built.values():
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|\beval\(|Function\(", path.read_text()
        )


# Names that browsers gave to anything, found on every interface the window knows.
THEIRS = """() => {
  const names = new Set();
  for (const key of Object.getOwnPropertyNames(window)) {
    names.add(key);
    const own = Object.getOwnPropertyDescriptor(window, key)?.value;
    for (const each of [own, own?.prototype])
      if (each) for (const name of Object.getOwnPropertyNames(each)) names.add(name);
  }
  return [...names];
}"""


def test_what_is_shortened_is_nobody_elses_name(root, visit):
    widget = root / "widget"
    listed = re.search(r"const OWN = \[(.*?)\]", (widget / "build.mjs").read_text(), re.S)
    own = set(re.findall(r'"(\w+)"', listed[1]))
    border = "".join(
        (widget / "src" / name).read_text() for name in ("types.d.ts", "globals.d.ts", "loader.js")
    )
    crossing = {a or b for a, b in re.findall(r"\.(\w+)|(\w+)\??:", border)}
    assert own & crossing == set()
    assert own & set(visit("/shop/helpdesk").page.evaluate(THEIRS)) == set()


def test_the_types_of_the_widget_fit(root):
    checked = subprocess.run(
        ["node_modules/.bin/tsc", "-p", "tsconfig.json"],
        cwd=root / "widget",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stdout) == (0, "")


def test_the_lock_names_checksums_and_no_server(root):
    lock = json.loads((root / "widget/package-lock.json").read_text())
    packages = [each for name, each in lock["packages"].items() if name]
    assert [each for each in packages if "resolved" in each] == []
    assert all(each["integrity"].startswith("sha512-") for each in packages)


def test_every_language_has_every_text(root):
    texts = {
        path.stem: json.loads(path.read_text("utf-8"))
        for path in (root / "widget/locales").glob("*.json")
    }
    missing = {name: texts["en"].keys() ^ other.keys() for name, other in texts.items()}
    assert {"en"} <= texts.keys()
    assert {name: keys for name, keys in missing.items() if keys} == {}
