"""The command line: exit codes, one clear line for a refusal, help without imports."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from aftersale.adapters.identity_jwt import ShopIdentity, load_key_rings
from aftersale.cli import COMMANDS, LazyGroup, main
from aftersale.cli.options import Instant
from aftersale.cli.serve import refuse_demo_key
from aftersale.demo.keys import ensure_demo_keys, sign_for
from aftersale.domain.parties import Buyer
from aftersale.errors import NotFound, SettingsInvalid
from aftersale.settings import Settings

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ADA = Buyer("b1", "status-gated", "ada-1", "ada@example.com", "Ada")


def invoke(*arguments):
    return CliRunner().invoke(main, arguments)


def test_help_names_every_command_and_imports_none():
    code = (
        "import sys; from click.testing import CliRunner; from aftersale.cli import main;"
        "print(CliRunner().invoke(main, ['--help']).output);"
        "sys.exit(any(name.startswith('aftersale.cli.') for name in sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0
    assert all(f"  {name} " in ran.stdout for name in COMMANDS)


@pytest.mark.parametrize("arguments", [["nonsense"], ["token"], ["chat", "--storefront", "x"]])
def test_wrong_usage_exits_with_two(arguments):
    assert invoke(*arguments).exit_code == 2


def test_a_refusal_is_one_line_with_its_code_and_exits_with_one(monkeypatch):
    @click.command()
    def refuse():
        raise NotFound("There is no such thing.")

    monkeypatch.setattr(LazyGroup, "get_command", lambda *_: refuse)
    result = invoke("refuse")
    assert result.exit_code == 1
    assert result.stderr == "aftersale: There is no such thing. [not_found]\n"
    assert result.stdout == ""


def test_an_instant_without_offset_is_utc():
    assert Instant().convert("2026-11-20T15:00:00", None, None) == NOW
    assert Instant().convert("2026-11-20T16:00:00+01:00", None, None) == NOW


def test_what_is_no_instant_is_wrong_usage():
    with pytest.raises(click.BadParameter):
        Instant().convert("tomorrow", None, None)


def test_a_demo_key_signs_identities_that_its_storefront_verifies(tmp_path: Path):
    keys = tmp_path / "keys.json"
    ensure_demo_keys(keys, ["status-gated"])
    claims = ShopIdentity(load_key_rings(keys)).verify(
        "status-gated", sign_for(keys, ADA, NOW), NOW
    )
    assert (claims.subject, claims.email) == ("ada-1", "ada@example.com")


def test_demo_keys_are_made_once_and_readable_by_their_owner_only(tmp_path: Path):
    keys = tmp_path / "keys.json"
    ensure_demo_keys(keys, ["status-gated"])
    first = keys.read_text()
    ensure_demo_keys(keys, ["status-gated"])
    assert keys.read_text() == first
    assert keys.stat().st_mode & 0o077 == 0


def test_without_a_demo_key_nothing_is_signed(tmp_path: Path):
    with pytest.raises(NotFound):
        sign_for(tmp_path / "none.json", ADA, NOW)


@pytest.mark.parametrize("mode", ["production", "demo"])
def test_production_refuses_to_start_with_a_demo_key(tmp_path: Path, mode):
    given = Settings.from_env({"AFTERSALE_DATA_DIR": str(tmp_path), "AFTERSALE_MODE": mode})
    ensure_demo_keys(given.identity_keys, ["status-gated"])
    if mode == "demo":
        refuse_demo_key(given)
        return
    with pytest.raises(SettingsInvalid, match="anybody can be any buyer"):
        refuse_demo_key(given)
