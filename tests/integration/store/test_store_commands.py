"""`aftersale db` and `aftersale orders`, run as a user runs them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from aftersale.cli import main
from aftersale.store.demo_data import make_demo
from tests.integration.store.things import NOW

ROOT = Path(__file__).resolve().parents[3]
ENTRY = next(iter(make_demo(NOW)))


@pytest.fixture
def aftersale(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # works from anywhere
    monkeypatch.setenv("AFTERSALE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("AFTERSALE_MODE", "test")
    monkeypatch.delenv("AFTERSALE_DATABASE_URL", raising=False)

    def run(*arguments):
        return CliRunner().invoke(main, arguments, catch_exceptions=False)

    return run


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "orders.jsonl"
    path.write_text(json.dumps(ENTRY) + "\n")
    return path


def test_upgrade_makes_the_database_once(aftersale):
    assert aftersale("db", "upgrade").exit_code == 0
    assert "as before" in aftersale("db", "upgrade").stdout


def test_a_file_is_imported_and_an_order_shown(aftersale, file):
    aftersale("db", "upgrade")
    dry = aftersale("orders", "import", str(file), "--dry-run")
    assert "Dry run, nothing written: 1 inserted" in dry.stdout
    done = aftersale("orders", "import", str(file), "--json")
    assert json.loads(done.stdout) == {
        "inserted": 1,
        "updated": 0,
        "unchanged": 0,
        "dry_run": False,
    }
    assert "1 unchanged" in aftersale("orders", "import", str(file)).stdout
    shown = aftersale("orders", "show", ENTRY["number"].lower(), "--json")
    order = json.loads(shown.stdout)
    assert order["number"] == ENTRY["number"]
    assert order["payment"]["state"] == ENTRY["payment"]["state"]
    assert [entry["action"] for entry in order["trail"]] == ["order.imported"]
    assert ENTRY["lines"][0]["name"] in aftersale("orders", "show", ENTRY["number"]).stdout


def test_a_wrong_file_is_refused_by_line_and_field(aftersale, file):
    aftersale("db", "upgrade")
    file.write_text(json.dumps(ENTRY) + "\n{}\n")
    refused = aftersale("orders", "import", str(file), "--json")
    assert refused.exit_code == 1
    assert 'line 2: $: "number" is a required property' in refused.stderr
    assert json.loads(refused.stdout)["error"] == "import_invalid"


def test_an_unknown_number_is_refused_and_a_wrong_call_is_usage(aftersale):
    aftersale("db", "upgrade")
    assert aftersale("orders", "show", "XX-0000").exit_code == 1
    assert aftersale("orders", "show").exit_code == 2
    assert aftersale("orders", "import", "missing.jsonl").exit_code == 2


def test_a_number_of_several_storefronts_asks_which(aftersale, file):
    other = ENTRY | {"storefront": "helpdesk"}
    file.write_text(json.dumps(ENTRY) + "\n" + json.dumps(other) + "\n")
    aftersale("db", "upgrade")
    aftersale("orders", "import", str(file))
    refused = aftersale("orders", "show", ENTRY["number"])
    assert refused.exit_code == 1
    assert "--storefront" in refused.stderr
    found = aftersale("orders", "show", ENTRY["number"], "--storefront", "helpdesk", "--json")
    assert json.loads(found.stdout)["storefront"] == "helpdesk"


@pytest.mark.parametrize("command", [("db",), ("db", "upgrade"), ("orders", "import")])
def test_help_has_an_example(aftersale, command):
    assert "Example: aftersale" in aftersale(*command, "--help").stdout


def test_a_sixth_storefront_is_one_more_policy_file(aftersale, file, tmp_path, monkeypatch):
    rules = (ROOT / "storefronts" / "status-gated.yml").read_text()
    (tmp_path / "rules").mkdir()
    sixth = rules.replace("storefront: status-gated", "storefront: corner-shop", 1)
    (tmp_path / "rules" / "corner-shop.yml").write_text(sixth)
    file.write_text(json.dumps(ENTRY | {"storefront": "corner-shop"}) + "\n")
    aftersale("db", "upgrade")
    assert aftersale("orders", "import", str(file)).exit_code == 1
    monkeypatch.setenv("AFTERSALE_STOREFRONTS_DIR", str(tmp_path / "rules"))
    assert aftersale("orders", "import", str(file)).exit_code == 0
    shown = aftersale("orders", "show", ENTRY["number"], "--storefront", "corner-shop", "--json")
    assert json.loads(shown.stdout)["storefront"] == "corner-shop"
    other = aftersale("orders", "show", ENTRY["number"], "--storefront", "helpdesk")
    assert (other.exit_code, "there are corner-shop" in other.stderr) == (2, True)


def test_policies_are_checked_from_any_folder(aftersale):
    checked = aftersale("policy", "check")
    assert (checked.exit_code, "group-buy.yml" in checked.stdout) == (0, True)
