"""People at the desk of the demo, one for each role; their passwords lie in its data folder."""

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from aftersale.adapters.faces import FaceFolder
from aftersale.bootstrap_desk import desk_users_of
from aftersale.domain.desk import DeskUser, Role
from aftersale.services.ports import UowFactory
from aftersale.settings import Settings, now_of

PEOPLE = (
    DeskUser("ann", "Ann Lee", Role.AGENT, languages=("en", "de"), team="orders"),
    DeskUser("rita", "Rita Mora", Role.REVIEWER, languages=("en",), team="reviews"),
    DeskUser("sam", "Sam Hill", Role.SUPERVISOR, languages=("en",)),
    DeskUser("ada", "Ada Byron", Role.ADMIN, languages=("en",)),
)

USUAL = Path("var")  # the data folder of an installation that names none


def ensure_demo_people(settings: Settings, uow: UowFactory) -> None:
    """Make the people that are not there yet; who lost their password is given a new one."""
    users, now = desk_users_of(settings, uow), now_of(settings)
    passwords = dict(demo_passwords(settings))
    faces = FaceFolder(settings.data_dir / "faces")
    with uow() as unit:
        there = {account.who.user for account in unit.desk.accounts() if account.is_demo}
        taken = {account.who.user for account in unit.desk.accounts()} - there
    for who in PEOPLE:
        if who.user in taken or (who.user in there and who.user in passwords):
            continue
        if who.user in there:
            told = users.reset(who.user, now=now)
        else:
            shown = replace(who, picture=faces.draw(who.name))
            told = users.add(shown, email=f"{who.user}@desk.example", now=now, is_demo=True)
        passwords[who.user] = told.password
    _keep(_file(settings), passwords)


def demo_passwords(settings: Settings) -> Mapping[str, str]:
    """Return the passwords of the demo's people; none where there are none."""
    path = _file(settings)
    stored: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return stored


def desk_guide(settings: Settings) -> str:
    """Return what `make demo` says of the desk: who to be, and how to get a code."""
    passwords = demo_passwords(settings)
    here = "" if settings.data_dir == USUAL else f"AFTERSALE_DATA_DIR={settings.data_dir} "
    lines = [f"The desk: {settings.desk_base_url}/desk (name, role, password)"]
    for who in PEOPLE:
        if who.user in passwords:
            lines.append(f"  {who.user:6}{who.role.value:12}{passwords[who.user]}")
    lines.append(f"  A code for ann, new every time: {here}.venv/bin/aftersale desk code ann")
    return "\n".join(lines)


def _keep(path: Path, passwords: Mapping[str, str]) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(passwords, file, indent=1)


def _file(settings: Settings) -> Path:
    return settings.data_dir / "desk_people.json"
