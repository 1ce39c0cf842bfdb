"""The accounts on messengers: one YAML file, every mistake at once, secrets never in it.

accounts:
  - name: helpdesk-telegram
    channel: telegram
    storefront: helpdesk
    token: env:TELEGRAM_TOKEN
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from aftersale.domain.channels import Account, Channel
from aftersale.errors import SettingsInvalid

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_OWN = ("name", "channel", "storefront")
_ANY = {"address": "How buyers find it: a bot, a number, a mailbox. For links to it."}


@dataclass(frozen=True, slots=True)
class Keys:
    """What an account of one channel takes beside its name: each key with a line of meaning."""

    meaning: Mapping[str, str]
    needed: frozenset[str] = frozenset()
    secret: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AccountConfig:
    """An account and what its connector is made with; secrets are looked up already."""

    account: Account
    values: Mapping[str, str] = field(repr=False)


def read_accounts(
    path: Path | None,
    environ: Mapping[str, str],
    *,
    storefronts: Collection[str],
    keys: Mapping[Channel, Keys],
) -> list[AccountConfig]:
    """Return the accounts of the file; none without a file.

    Raises:
        SettingsInvalid: with every mistake; a secret is never shown.
    """
    if path is None:
        return []
    problems: list[str] = []
    reader = _Reader(environ, storefronts, keys, problems)
    accounts = [
        made
        for place, given in enumerate(_listed(path, problems), 1)
        if (made := reader.account(given, f"{path.name}, account {place}")) is not None
    ]
    names = [each.account.name for each in accounts]
    problems += [f"{path.name}: two accounts are named {name}." for name in _twice(names)]
    if problems:
        raise SettingsInvalid(problems)
    return accounts


def _listed(path: Path, problems: list[str]) -> list[Any]:
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError):
        problems.append(f"{path.name}: the file cannot be read as YAML.")
        return []
    accounts = loaded.get("accounts") if isinstance(loaded, dict) else None
    if not isinstance(accounts, list) or set(loaded) != {"accounts"}:
        problems.append(f"{path.name}: the file must hold a list `accounts` and nothing else.")
        return []
    return accounts


def _twice(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


@dataclass(frozen=True, slots=True)
class _Reader:
    environ: Mapping[str, str]
    storefronts: Collection[str]
    keys: Mapping[Channel, Keys]
    problems: list[str]

    def account(self, given: Any, where: str) -> AccountConfig | None:
        if not isinstance(given, dict) or not all(isinstance(key, str) for key in given):
            self._no(f"{where}: must be names and values.")
            return None
        before = len(self.problems)
        account = self._named(given, where)
        if account is None:
            return None
        values = self._values(given, self.keys[account.channel], where)
        return AccountConfig(account, values) if len(self.problems) == before else None

    def _named(self, given: Mapping[str, Any], where: str) -> Account | None:
        name, channel, storefront = (str(given.get(key, "")) for key in _OWN)
        known = sorted(each.value for each in self.keys)
        if not _NAME.fullmatch(name):
            self._no(f"{where}: name is 1 to 40 of a-z, 0-9 and -, and begins with no -.")
        if storefront not in self.storefronts:
            self._no(f"{where}: storefront is one of {', '.join(sorted(self.storefronts))}.")
        if channel not in known:
            self._no(f"{where}: channel is one of {', '.join(known)}.")
            return None
        return Account(name, Channel(channel), storefront)

    def _values(self, given: Mapping[str, Any], keys: Keys, where: str) -> dict[str, str]:
        known = _ANY.keys() | keys.meaning.keys()
        unknown = sorted(given.keys() - set(_OWN) - known)
        self.problems.extend(f"{where}: {key} is not known." for key in unknown)
        wanted = {key: given[key] for key in given.keys() & known}
        values = {key: self._value(key, wanted[key], keys, where) for key in wanted}
        missing = sorted(key for key in keys.needed if not values.get(key) and key not in wanted)
        self.problems.extend(f"{where}: {key} is needed. {keys.meaning[key]}" for key in missing)
        return values

    def _value(self, key: str, given: Any, keys: Keys, where: str) -> str:
        text = _as_text(given)
        if text is None:
            self._no(f"{where}: {key} must be one value or a list of values.")
            return ""
        kind, _, named = text.partition(":")
        if kind == "env":
            return self._found(self.environ.get(named), f"{where}: {key}: {named} is not set.")
        if kind == "file":
            return self._found(_content(named), f"{where}: {key}: the file cannot be read.")
        if key in keys.secret:
            self._no(f"{where}: {key} is a secret: write env:NAME or file:/path.")
        return self._found(text, f"{where}: {key} is empty.")

    def _found(self, text: str | None, problem: str) -> str:
        if not text:
            self._no(problem)
        return text or ""

    def _no(self, problem: str) -> None:
        self.problems.append(problem)


def _as_text(given: Any) -> str | None:
    if isinstance(given, list) and all(isinstance(each, str | int) for each in given):
        return ",".join(str(each) for each in given)
    if isinstance(given, bool):
        return "yes" if given else "no"
    return str(given).strip() if isinstance(given, str | int | float) else None


def _content(path: str) -> str | None:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
