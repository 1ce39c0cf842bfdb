"""`aftersale desk`, the demo's people, and a production start that refuses them."""

import json
import stat
from datetime import timedelta

import pytest
from click.testing import CliRunner
from PIL import Image

from aftersale.adapters.one_time_codes import Rfc6238Codes
from aftersale.bootstrap_desk import desk_users_of, sign_in_tools
from aftersale.cli import main
from aftersale.cli.opened import store
from aftersale.demo.desk_people import demo_passwords, desk_guide, ensure_demo_people
from aftersale.domain.desk import Role
from aftersale.errors import SettingsInvalid
from aftersale.gateway.serve import require_no_demo_people
from aftersale.services.desk.sign_in import SignIn, Typed
from aftersale.settings import Settings, now_of
from aftersale.store.database import make_engine
from aftersale.store.migrate import upgrade

KIM = [
    "add-user",
    "Kim",
    "--role",
    "reviewer",
    "--name",
    "Kim Park",
    "--email",
    "kim@shop.example",
]


@pytest.fixture
def installation(tmp_path, monkeypatch, cheap_passwords):
    for name, value in {"MODE": "demo", "DATA_DIR": str(tmp_path)}.items():
        monkeypatch.setenv(f"AFTERSALE_{name}", value)
    settings = Settings.from_env({"AFTERSALE_MODE": "demo", "AFTERSALE_DATA_DIR": str(tmp_path)})
    engine = make_engine(settings.database_url)
    upgrade(engine)
    engine.dispose()
    return settings


def run(*words, typed=None):
    return CliRunner().invoke(main, ["desk", *words], input=typed, catch_exceptions=False)


def accounts(settings):
    with store(settings)() as uow:
        return {account.who.user: account for account in uow.desk.accounts()}


def signs_in(settings, user, password, code):
    door = SignIn(store(settings), sign_in_tools(settings), lasts=timedelta(hours=1))
    return door(Typed(user, password, code, "192.0.2.1"), now_of(settings))


def told(output, word):
    return next(line for line in output.splitlines() if line.startswith(word)).split(": ", 1)[1]


def test_a_new_user_signs_in_with_what_was_told_once(installation):
    result = run(*KIM, "--storefront", "helpdesk", "--language", "de", "--team", "orders")
    assert result.exit_code == 0, result.output
    secret = told(result.output, "Code secret")
    assert f"secret={secret}" in told(result.output, "Authenticator")
    assert "█" in result.output
    who = accounts(installation)["kim"].who
    assert (who.role, who.storefronts, who.languages, who.team) == (
        Role.REVIEWER, ("helpdesk",), ("de",), "orders",
    )  # fmt: skip
    code = Rfc6238Codes().code(secret, now_of(installation))
    done = signs_in(installation, "kim", told(result.output, "Password"), code)
    assert done.who == who


def test_neither_password_nor_secret_is_stored_to_be_read(installation):
    output = run(*KIM).output
    stored = str(accounts(installation)["kim"])
    assert told(output, "Password") not in stored
    assert told(output, "Code secret") not in stored


def test_a_typed_password_is_not_told_again(installation):
    typed = "four lamps beside the harbour\n" * 2
    result = run(*KIM, "--ask-password", typed=typed)
    assert result.exit_code == 0, result.output
    assert "four lamps" not in result.output


def test_a_weak_password_and_a_taken_name_are_one_line_with_a_code(installation):
    weak = run(*KIM, "--ask-password", typed="short\nshort\n")
    assert (weak.exit_code, weak.stderr.splitlines()[-1]) == (
        1,
        "aftersale: The password is too short: 12 characters at least. [desk_user_invalid]",
    )
    assert run(*KIM).exit_code == 0
    assert "[desk_user_invalid]" in run(*KIM).stderr


def test_who_is_disabled_is_listed_so_and_let_in_again_by_a_reset(installation):
    run(*KIM)
    assert "kim is disabled" in run("disable-user", "kim").output
    assert "disabled" in run("list-users").output
    assert run("reset-user", "kim").exit_code == 0
    assert "disabled" not in run("list-users").output


def test_everybody_has_a_picture_that_buyers_see(installation, tmp_path):
    run(*KIM)
    drawn = accounts(installation)["kim"].who.picture
    photo = tmp_path / "kim.png"
    Image.new("RGB", (300, 200), "red").save(photo)
    run("change-user", "kim", "--picture", str(photo))
    taken = accounts(installation)["kim"].who.picture
    assert drawn != taken
    for address in (drawn, taken):
        assert (installation.data_dir / "faces" / address.rsplit("/", 1)[1]).exists()


def test_a_change_names_what_is_changed(installation):
    run(*KIM)
    assert run("change-user", "kim").exit_code == 2
    assert (
        run("change-user", "kim", "--role", "supervisor", "--storefront", "helpdesk").exit_code
        == 0
    )
    who = accounts(installation)["kim"].who
    assert (who.role, who.storefronts, who.name) == (Role.SUPERVISOR, ("helpdesk",), "Kim Park")
    run("change-user", "kim", "--all-storefronts")
    assert accounts(installation)["kim"].who.storefronts == ()


@pytest.mark.parametrize("command", ["disable-user", "reset-user", "code"])
def test_nobody_is_not_found(installation, command):
    result = run(command, "nobody")
    assert (result.exit_code, "[not_found]" in result.stderr) == (1, True)


def test_nobody_elses_code_is_shown_than_that_of_the_demos_people(installation):
    run(*KIM)
    assert "[not_found]" in run("code", "kim").stderr
    ensure_demo_people(installation, store(installation))
    code = run("code", "ann").output.strip()
    assert (
        signs_in(installation, "ann", demo_passwords(installation)["ann"], code).who.user == "ann"
    )


def test_the_demo_makes_one_of_each_role_and_keeps_their_passwords_private(installation):
    ensure_demo_people(installation, store(installation))
    people = accounts(installation)
    assert {user: one.who.role for user, one in people.items()} == {
        "ann": Role.AGENT, "rita": Role.REVIEWER, "sam": Role.SUPERVISOR, "ada": Role.ADMIN,
    }  # fmt: skip
    assert all(one.is_demo for one in people.values())
    path = installation.data_dir / "desk_people.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    guide = desk_guide(installation)
    for user, password in demo_passwords(installation).items():
        assert f"{user:6}{people[user].who.role.value:12}{password}" in guide
    assert "aftersale desk code ann" in guide


def test_a_second_demo_changes_nobody(installation):
    ensure_demo_people(installation, store(installation))
    before = accounts(installation), demo_passwords(installation)
    ensure_demo_people(installation, store(installation))
    assert (accounts(installation), demo_passwords(installation)) == before


def test_whose_password_was_lost_is_given_a_new_one(installation):
    ensure_demo_people(installation, store(installation))
    path = installation.data_dir / "desk_people.json"
    path.write_text(json.dumps({"ann": demo_passwords(installation)["ann"]}))
    before = accounts(installation)
    ensure_demo_people(installation, store(installation))
    after = accounts(installation)
    assert after["ann"] == before["ann"]
    code = desk_users_of(installation, store(installation)).code(
        "sam", now=now_of(installation), demo_only=True
    )
    assert signs_in(installation, "sam", demo_passwords(installation)["sam"], code)


def test_a_user_of_the_same_name_is_left_alone(installation):
    run("add-user", "ann", "--role", "agent", "--name", "Ann", "--email", "ann@shop.example")
    before = accounts(installation)["ann"]
    ensure_demo_people(installation, store(installation))
    assert accounts(installation)["ann"] == before
    assert "ann" not in demo_passwords(installation)


def test_a_production_start_refuses_the_demos_people_until_they_are_disabled(installation):
    ensure_demo_people(installation, store(installation))
    production = Settings.from_env({"AFTERSALE_DATA_DIR": str(installation.data_dir)})
    assert production.mode == "production"
    with pytest.raises(SettingsInvalid, match=r"\(ada, ann, rita, sam\).*disable-user") as refused:
        require_no_demo_people(production, store(production))
    assert len(refused.value.problems) == 1
    for user in ("ada", "ann", "rita", "sam"):
        run("disable-user", user)
    require_no_demo_people(production, store(production))
