"""Settings: one YAML file, overridden by the environment. This list is the only one there is.

Every mistake is reported at once. Secrets that nobody gave are made once per installation; there
are no defaults.
"""

import contextlib
import difflib
import json
import os
import secrets as random
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from aftersale.errors import SettingsInvalid
from aftersale.setting_values import Rate as Rate
from aftersale.setting_values import ShopOrigin as ShopOrigin
from aftersale.setting_values import (
    chatwoot_problems,
    desk,
    hops,
    imap,
    log_level,
    mailbox,
    mode,
    of_project,
    origins,
    payments,
    port,
    rate,
    resolved,
    seconds,
    smtp,
    url,
    whole,
    yes_or_no,
)

PREFIX = "AFTERSALE_"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name without prefix, how its text is read, its default and a help line."""

    name: str
    read: Callable[[str], Any]
    default: str | None
    help: str
    secret: bool = False  # may come from a file named by NAME_FILE; never shown


SETTINGS = (
    Setting("MODE", mode, "production", "production, demo or test."),
    Setting("HOST", str, "127.0.0.1", "Address the public port listens on."),
    Setting("PORT", port, "8080", "The public port."),
    Setting("BASE_URL", url, None, "Public address, used in links. Default: HOST and PORT."),
    Setting("DESK_HOST", str, None, "Address the desk's port listens on. Default: HOST."),
    Setting("DESK_PORT", port, "8090", "The desk's own port: people at work only."),
    Setting("DESK_BASE_URL", url, None, "The desk's address. Default: DESK_HOST and DESK_PORT."),
    Setting("DESK_IDLE_MINUTES", whole, "30", "Who does nothing for so long is signed out."),
    Setting("DESK_SESSION_HOURS", whole, "12", "Longest time that one sign-in at the desk lasts."),
    Setting("DESK", desk, "built-in", "Where agents answer: built-in or chatwoot."),
    Setting("CHATWOOT_URL", url, None, "Address of the Chatwoot server."),
    Setting("CHATWOOT_TOKEN", str, None, "Token of an agent of Chatwoot's.", secret=True),
    Setting("CHATWOOT_ACCOUNT", whole, None, "Number of the account there."),
    Setting("CHATWOOT_INBOX", whole, None, "Number of its inbox of the kind API."),
    Setting("CHATWOOT_INBOX_IDENTIFIER", str, None, "That inbox's identifier; shows typing."),
    Setting("CHATWOOT_SECRET", str, None, "Signs that inbox's callbacks.", secret=True),
    Setting(
        "CHATWOOT_PATH_SECRET", str, None, "In the callback's address, before 4.13.", secret=True
    ),
    Setting("CHATWOOT_RESOLVED", resolved, "return", "What resolving does: return or close."),
    Setting("CHATWOOT_FILES", origins, "", "Other origins where its files lie, by comma."),
    Setting("CHATWOOT_EVERY", seconds, "30", "Seconds between looks for callbacks that got lost."),
    Setting("DATA_DIR", Path, "var", "Folder of database, mail, logs and generated secrets."),
    Setting("DATABASE_URL", str, None, "Default: SQLite file in DATA_DIR.", secret=True),
    Setting("REDIS_URL", str, None, "Taken, not used: one app process needs none.", secret=True),
    Setting("ENGINE_URL", url, "http://127.0.0.1:5005", "Where the engine (Rasa) listens."),
    Setting(
        "ENGINE_SECRET", str, None, "Shared with the engine. Default: generated.", secret=True
    ),
    Setting("ENGINE_DB", str, None, "The engine's own database; read by the engine.", secret=True),
    Setting("ENGINE_TIMEOUT", seconds, "7", "Longest wait for one answer of the engine."),
    Setting("REPLY_WITHIN", seconds, "9", "A buyer has a reply by then, whatever fails."),
    Setting("ACTIONS_PORT", port, "5055", "Loopback port on which the engine calls actions."),
    Setting("ACTIONS_SECRET", str, None, "The engine shows it. Default: generated.", secret=True),
    Setting("IDENTITY_KEYS", Path, None, "Key rings. Default: identity_keys.json in DATA_DIR."),
    Setting("SESSION_HOURS", whole, "12", "Life of a conversation's token and of a sign-in."),
    Setting("CLOCK", str, None, "Demo and test only: a fixed ISO instant, or a file with one."),
    Setting("UNDO_WINDOW", seconds, None, "Demo and test only: seconds to undo, over the policy."),
    Setting("ALWAYS_OPEN", yes_or_no, "no", "Demo and test only: live help at any hour."),
    Setting("SHOP_WEBHOOK_URL", url, None, "The shop's order system; default: embedded ledger."),
    Setting("SHOP_WEBHOOK_SECRET", str, None, "Signs both ways. Default: generated.", secret=True),
    Setting(
        "ACCOUNTS_WEBHOOK_URL",
        url,
        None,
        "A shop that keeps its accounts; default: kept here.",
    ),
    Setting("MAIL_FROM", mailbox, "no-reply@localhost", "Sender of letters."),
    Setting("MAIL_REPLIES", mailbox, None, "Mailbox that also takes name+anything; for replies."),
    Setting("SMTP_URL", smtp, None, "smtps://USER:PASSWORD@HOST; default: a folder.", secret=True),
    Setting("IMAP_URL", imap, None, "imaps://USER:PASSWORD@HOST/INBOX of replies.", secret=True),
    Setting("MAIL_EVERY", seconds, "20", "Seconds between two looks into the mailbox."),
    Setting("NEWS_AFTER", seconds, "600", "Unread news go by mail after it; 0 sends none."),
    Setting("CHANNELS_FILE", Path, None, "Accounts on messengers (YAML). Default: none."),
    Setting("SHOP_ORIGINS", origins, "", "Pages that may call: [STOREFRONT=]ORIGIN, by comma."),
    Setting("TRUSTED_PROXIES", hops, "0", "Reverse proxies in front whose address list counts."),
    Setting("RATE_CONVERSATION", rate, "60/5", "Messages of one conversation: BURST/PER_SECOND."),
    Setting("RATE_ADDRESS", rate, "600/50", "Posts from one address: BURST/PER_SECOND, or off."),
    Setting("RATE_SOCKETS", rate, "10/2", "New sockets of one address: BURST/PER_SECOND, or off."),
    Setting("SOCKETS_PER_ADDRESS", whole, "100", "Sockets that one address may hold open."),
    Setting("PAYMENTS", payments, "ledger", "Who moves money: ledger (embedded) or stripe."),
    Setting("STRIPE_SECRET_KEY", str, None, "Key of the Stripe account.", secret=True),
    Setting("STRIPE_WEBHOOK_SECRET", str, None, "Signs what Stripe posts to us.", secret=True),
    Setting("STRIPE_API_BASE", url, None, "Another address of Stripe's API, for tests."),
    Setting("LINKS_SECRET", str, None, "Signs links to photos. Default: generated.", secret=True),
    Setting(
        "SEAL_SECRET", str, None, "Seals confidential words. Default: generated.", secret=True
    ),
    Setting("UPLOAD_MEGABYTES", whole, "10", "Largest photo or document a buyer may send."),
    Setting("UPLOAD_MEGAPIXELS", whole, "50", "Largest picture that is decoded."),
    Setting("KB_DIR", of_project, "kb", "Folder of the help articles."),
    Setting("CANNED_FILE", of_project, "desk/canned.yml", "Ready replies of the desk."),
    Setting("KB_STALE_DAYS", whole, "180", "An article updated longer ago is reported stale."),
    Setting("VECTORS_DIR", of_project, "bot/nlu/vectors", "Word vectors that find articles."),
    Setting("STOREFRONTS_DIR", of_project, "storefronts", "Folder of the policy files."),
    Setting("DOMAIN_FILE", of_project, "domain.yml", "Rasa's domain: the wording of every reply."),
    Setting("GOALS_FILE", of_project, "desk/goals.yml", "What the numbers count as resolved."),
    Setting("WIDGET_DIR", of_project, "widget/dist", "Folder of the built chat widget."),
    Setting("THREADS", whole, "8", "Threads for database work."),
    Setting("TURN_WORKERS", whole, "16", "Turns that run at the same time."),
    Setting("TURN_LEASE", seconds, "30", "A turn of a process that died is taken over after it."),
    Setting("HANDOFFS_EVERY", seconds, "5", "Seconds between two looks at who waits."),
    Setting("SWEEP_EVERY", seconds, "30", "Seconds between two looks at what is due."),
    Setting("LOG_LEVEL", log_level, "info", "debug, info, warning or error."),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}
GENERATED = (
    "ENGINE_SECRET",
    "ACTIONS_SECRET",
    "SHOP_WEBHOOK_SECRET",
    "LINKS_SECRET",
    "SEAL_SECRET",
)


@dataclass(frozen=True, slots=True, repr=False)
class Settings:
    """What the product runs with. Made by `from_env`; no repr, because it holds secrets."""

    mode: str
    host: str
    port: int
    base_url: str
    desk_host: str
    desk_port: int
    desk_base_url: str
    desk_idle_minutes: int
    desk_session_hours: int
    desk: str
    chatwoot_url: str | None
    chatwoot_token: str | None
    chatwoot_account: int | None
    chatwoot_inbox: int | None
    chatwoot_inbox_identifier: str | None
    chatwoot_secret: str | None
    chatwoot_path_secret: str | None
    chatwoot_resolved: str
    chatwoot_files: tuple[ShopOrigin, ...]
    chatwoot_every: float
    data_dir: Path
    database_url: str
    redis_url: str | None
    engine_url: str
    engine_secret: str
    engine_db: str | None
    engine_timeout: float
    reply_within: float
    actions_port: int
    actions_secret: str
    identity_keys: Path
    session_hours: int
    clock: str | None
    undo_window: float | None
    always_open: bool
    shop_webhook_url: str | None
    shop_webhook_secret: str
    accounts_webhook_url: str | None
    mail_from: str
    mail_replies: str | None
    smtp_url: str | None
    imap_url: str | None
    mail_every: float
    news_after: float
    channels_file: Path | None
    shop_origins: tuple[ShopOrigin, ...]
    trusted_proxies: int
    rate_conversation: Rate
    rate_address: Rate
    rate_sockets: Rate
    sockets_per_address: int
    payments: str
    stripe_secret_key: str | None
    stripe_webhook_secret: str | None
    stripe_api_base: str | None
    links_secret: str
    seal_secret: str
    upload_megabytes: int
    upload_megapixels: int
    kb_dir: Path
    canned_file: Path
    kb_stale_days: int
    vectors_dir: Path
    storefronts_dir: Path
    domain_file: Path
    goals_file: Path
    widget_dir: Path
    threads: int
    turn_workers: int
    turn_lease: float
    handoffs_every: float
    sweep_every: float
    log_level: str

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the YAML named by AFTERSALE_CONFIG, put the environment over it, check everything.

        Raises:
            SettingsInvalid: with every problem, one a line.
        """
        problems: list[str] = []
        texts = _from_yaml(environ, problems) | _from_environ(environ, problems)
        values = {item.name: _value(item, texts, problems) for item in SETTINGS}
        _check_together(values, problems)
        if problems:
            raise SettingsInvalid(problems)
        _derive(values)
        return cls(**{name.lower(): value for name, value in values.items()})


def _from_yaml(environ: Mapping[str, str], problems: list[str]) -> dict[str, str]:
    path = environ.get(f"{PREFIX}CONFIG")
    if not path:
        return {}
    try:
        loaded = yaml.safe_load(Path(path).read_text(encoding="utf-8")) or {}
    except (OSError, yaml.YAMLError, UnicodeDecodeError):
        problems.append(f"{PREFIX}CONFIG: the file cannot be read as YAML.")
        return {}
    if not isinstance(loaded, dict):
        problems.append(f"{PREFIX}CONFIG: the file must hold names and values.")
        return {}
    texts = {str(name).upper(): _as_text(value) for name, value in loaded.items()}
    problems.extend(_unknown(name, "in the configuration file") for name in texts.keys() - BY_NAME)
    return texts


def _as_text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    return str(value)


def _from_environ(environ: Mapping[str, str], problems: list[str]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for full, text in environ.items():
        name = full.removeprefix(PREFIX)
        if name in {full, "CONFIG"}:
            continue
        file_of = BY_NAME.get(name.removesuffix("_FILE"))
        if name in BY_NAME:
            texts[name] = text
        elif file_of and file_of.secret and name.endswith("_FILE"):
            _read_secret_file(file_of.name, text, texts, problems)
        else:
            problems.append(_unknown(name, "in the environment"))
    return texts


def _read_secret_file(name: str, path: str, texts: dict[str, str], problems: list[str]) -> None:
    try:
        texts[name] = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        problems.append(f"{PREFIX}{name}_FILE: the file cannot be read.")


def _unknown(name: str, where: str) -> str:
    near = difflib.get_close_matches(name, [*BY_NAME, "CONFIG"], n=1)
    hint = f" Did you mean {PREFIX}{near[0]}?" if near else " docs/operations.md lists them."
    return f"{PREFIX}{name}: unknown {where}.{hint}"


def _value(setting: Setting, texts: Mapping[str, str], problems: list[str]) -> Any:
    text = texts.get(setting.name) or setting.default
    if text is None:
        return None
    try:
        return setting.read(text)
    except ValueError as exc:
        shown = "the value" if setting.secret else repr(text)
        problems.append(f"{PREFIX}{setting.name}: {shown} {exc}.")
        return None


def _check_together(values: Mapping[str, Any], problems: list[str]) -> None:
    if values["MODE"] == "production":
        problems.extend(
            f"{PREFIX}{name}: only in demo and test mode."
            for name in ("CLOCK", "UNDO_WINDOW", "ALWAYS_OPEN")
            if values[name] not in (None, False)
        )
    if values["PAYMENTS"] == "stripe":
        problems.extend(
            f"{PREFIX}{name}: needed where Stripe moves the money."
            for name in ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET")
            if not values[name]
        )
    problems.extend(f"{PREFIX}{name}: {why}." for name, why in chatwoot_problems(values))
    if values["CLOCK"] is not None and clock_instant(values["CLOCK"]) is None:
        problems.append(f"{PREFIX}CLOCK: neither an ISO instant with offset nor a file with one.")


def clock_instant(source: str) -> datetime | None:
    """Return the instant that CLOCK names, directly or through a file; None when it names none."""
    path = Path(source)
    text = path.read_text(encoding="utf-8").strip() if path.is_file() else source
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else None


def now_of(settings: Settings) -> datetime:
    """Return the time the product goes by: the machine's, or in demo and test the one CLOCK names.

    A file is read every time, so that a test can move the clock of a running app.
    """
    named = clock_instant(settings.clock) if settings.clock else None
    return named or datetime.now(UTC)


def _derive(values: dict[str, Any]) -> None:
    data_dir: Path = values["DATA_DIR"]
    values["BASE_URL"] = values["BASE_URL"] or f"http://{values['HOST']}:{values['PORT']}"
    values["DESK_HOST"] = values["DESK_HOST"] or values["HOST"]
    at_work = f"http://{values['DESK_HOST']}:{values['DESK_PORT']}"
    values["DESK_BASE_URL"] = values["DESK_BASE_URL"] or at_work
    values["DATABASE_URL"] = values["DATABASE_URL"] or f"sqlite:///{data_dir / 'aftersale.db'}"
    values["IDENTITY_KEYS"] = values["IDENTITY_KEYS"] or data_dir / "identity_keys.json"
    missing = [name for name in GENERATED if not values[name]]
    if missing:
        made = installation_secrets(data_dir)
        values.update({name: made[name.lower()] for name in missing})


def installation_secrets(data_dir: Path) -> dict[str, str]:
    """Return the secrets of this installation, made on first use, for its owner only."""
    path = data_dir / "secrets.json"
    # Orders, letters and their links lie here. A folder that is there stays as it is.
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = {name.lower(): random.token_urlsafe(32) for name in GENERATED}
    if not path.exists():
        # Linked when whole: who starts beside us or after a crash never reads half of it.
        handle, part = tempfile.mkstemp(dir=data_dir, prefix=".secrets-")  # for the owner only
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(fresh, file)
        with contextlib.suppress(FileExistsError):
            os.link(part, path)
        os.unlink(part)
    stored: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return fresh | stored
