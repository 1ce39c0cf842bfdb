import json
import stat
import threading
from datetime import UTC, datetime

import pytest

from aftersale.errors import SettingsInvalid
from aftersale.settings import SETTINGS, Rate, Settings, ShopOrigin, installation_secrets, now_of


@pytest.fixture
def load(tmp_path):
    def load(**environ):
        named = {f"AFTERSALE_{name}": value for name, value in environ.items()}
        return Settings.from_env({"AFTERSALE_DATA_DIR": str(tmp_path), "PATH": "/bin"} | named)

    return load


def test_the_defaults_are_for_one_machine(load, tmp_path):
    settings = load()
    assert (settings.mode, settings.host, settings.port) == ("production", "127.0.0.1", 8080)
    assert settings.database_url == f"sqlite:///{tmp_path / 'aftersale.db'}"
    assert settings.base_url == "http://127.0.0.1:8080"
    assert settings.identity_keys == tmp_path / "identity_keys.json"
    assert settings.rate_conversation == Rate(60, 5.0)


def test_every_field_is_a_registered_setting_with_a_help_line():
    fields = {name.upper() for name in Settings.__dataclass_fields__}
    assert fields == {setting.name for setting in SETTINGS}
    assert all(setting.help.endswith(".") for setting in SETTINGS)


def test_all_problems_are_told_at_once(load):
    with pytest.raises(SettingsInvalid) as refused:
        load(PORT="x", MODE="prod", ENGINE_URL="ftp://x", RATE_ADDRESS="many", PROT="1")
    assert len(refused.value.problems) == 5


def test_an_unknown_name_is_refused_with_the_nearest_one(load):
    with pytest.raises(SettingsInvalid, match="Did you mean AFTERSALE_PORT"):
        load(PROT="8081")


def test_a_wrong_secret_is_not_shown(load):
    with pytest.raises(SettingsInvalid) as refused:
        load(ENGINE_SECRET_FIEL="hunter2")
    assert "hunter2" not in str(refused.value)


def test_the_environment_wins_over_the_file(load, tmp_path):
    file = tmp_path / "aftersale.yml"
    file.write_text("port: 9000\nshop_origins: [https://a.example, s=https://b.example]\n")
    settings = load(CONFIG=str(file), PORT="9001")
    assert settings.port == 9001
    assert settings.shop_origins == (
        ShopOrigin("https://a.example"),
        ShopOrigin("https://b.example", "s"),
    )


@pytest.mark.parametrize("content", ["- 1", "port: [", "prot: 1", b"\xff"])
def test_a_file_of_another_shape_is_refused(load, tmp_path, content):
    file = tmp_path / "aftersale.yml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SettingsInvalid):
        load(CONFIG=str(file))


def test_a_secret_may_come_from_a_file(load, tmp_path):
    file = tmp_path / "secret"
    file.write_text("from-a-file\n")
    assert load(ENGINE_SECRET_FILE=str(file)).engine_secret == "from-a-file"
    with pytest.raises(SettingsInvalid, match="cannot be read"):
        load(ENGINE_SECRET_FILE=str(tmp_path / "none"))
    with pytest.raises(SettingsInvalid, match="unknown"):
        load(PORT_FILE=str(file))


def test_missing_secrets_are_made_once_and_kept_for_the_owner_alone(load, tmp_path):
    first, second = load(), load()
    assert first.engine_secret == second.engine_secret
    assert len({first.engine_secret, first.actions_secret, first.shop_webhook_secret}) == 3
    path = tmp_path / "secrets.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(json.loads(path.read_text())["engine_secret"]) >= 32


def test_a_data_folder_that_is_made_is_its_owners_alone(load, tmp_path):
    load(DATA_DIR=str(tmp_path / "new"))
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secrets.json"]


def test_processes_that_start_together_share_their_secrets(tmp_path):
    made, both = [], threading.Barrier(8)

    def start():
        both.wait()
        made.append(installation_secrets(tmp_path))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [made[0]] * 8


def test_settings_never_show_their_secrets(load):
    settings = load(ENGINE_SECRET="hunter2")
    assert "hunter2" not in repr(settings)


_TIMES = {"CLOCK": "2026-03-02T10:00:00+00:00", "UNDO_WINDOW": "5", "ALWAYS_OPEN": "yes"}


@pytest.mark.parametrize(("name", "value"), _TIMES.items())
def test_time_cannot_be_moved_in_production(load, name, value):
    with pytest.raises(SettingsInvalid, match="only in demo and test"):
        load(**{name: value})
    load(MODE="demo", **{name: value})


def test_the_clock_is_the_instant_or_what_a_file_says_now(load, tmp_path):
    instant = datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert now_of(load(MODE="test", CLOCK=instant.isoformat())) == instant
    file = tmp_path / "clock"
    file.write_text(instant.isoformat())
    settings = load(MODE="test", CLOCK=str(file))
    assert now_of(settings) == instant
    file.write_text(instant.replace(hour=11).isoformat())
    assert now_of(settings).hour == 11


@pytest.mark.parametrize("clock", ["tomorrow", "2026-03-02T10:00:00", "/nowhere"])
def test_a_clock_without_an_instant_is_refused(load, clock):
    with pytest.raises(SettingsInvalid, match="CLOCK"):
        load(MODE="test", CLOCK=clock)


def test_an_unknown_name_near_to_none_is_told_where_the_names_are(load):
    with pytest.raises(SettingsInvalid, match=r"docs/operations\.md") as refused:
        load(QQQQ="1")
    assert len(refused.value.problems) == 1


@pytest.mark.parametrize("missing", ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"])
def test_stripe_needs_its_key_and_its_webhook_secret(load, missing):
    given = {"STRIPE_SECRET_KEY": "sk_1", "STRIPE_WEBHOOK_SECRET": "whsec_1"}
    assert load(PAYMENTS="stripe", **given).payments == "stripe"
    del given[missing]
    with pytest.raises(SettingsInvalid, match=missing):
        load(PAYMENTS="stripe", **given)
    with pytest.raises(SettingsInvalid, match="ledger, stripe"):
        load(PAYMENTS="cash")


CHATWOOT = {
    "DESK": "chatwoot",
    "CHATWOOT_URL": "https://desk.example",
    "CHATWOOT_TOKEN": "t",
    "CHATWOOT_ACCOUNT": "1",
    "CHATWOOT_INBOX": "7",
    "CHATWOOT_SECRET": "s",
}


def test_chatwoot_is_a_desk_with_everything_it_needs(load):
    settings = load(**CHATWOOT, CHATWOOT_FILES="https://files.example")
    assert (settings.desk, settings.chatwoot_resolved) == ("chatwoot", "return")
    assert settings.chatwoot_files == (ShopOrigin("https://files.example"),)
    assert load().desk == "built-in"


@pytest.mark.parametrize("name", [name for name in CHATWOOT if name != "DESK"])
def test_chatwoot_lacks_nothing(load, name):
    with pytest.raises(SettingsInvalid, match=f"AFTERSALE_{name}: needed"):
        load(**{key: value for key, value in CHATWOOT.items() if key != name})


def test_an_old_chatwoot_takes_a_long_secret_in_its_address(load):
    unsigned = {key: value for key, value in CHATWOOT.items() if key != "CHATWOOT_SECRET"}
    assert load(**unsigned, CHATWOOT_PATH_SECRET="x" * 32).chatwoot_secret is None
    with pytest.raises(SettingsInvalid, match="32 characters"):
        load(**unsigned, CHATWOOT_PATH_SECRET="x" * 31)


@pytest.mark.parametrize(("name", "value"), [("DESK", "zendesk"), ("CHATWOOT_RESOLVED", "keep")])
def test_a_desk_is_one_of_those_there_are(load, name, value):
    with pytest.raises(SettingsInvalid, match="is not one of"):
        load(**(CHATWOOT | {name: value}))
