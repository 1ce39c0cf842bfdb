"""How the texts of settings are read; each refuses with the rest of a sentence."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

MODES = ("production", "demo", "test")


@dataclass(frozen=True, slots=True)
class Rate:
    """A token bucket: `burst` at once, then `per_second`. A burst of 0 means no limit."""

    burst: int
    per_second: float


@dataclass(frozen=True, slots=True)
class ShopOrigin:
    """A page's origin that may call, for one storefront or (None) for all."""

    origin: str
    storefront: str | None = None


def mode(text: str) -> str:
    """Read one of the modes."""
    if text not in MODES:
        raise ValueError("is not one of production, demo, test")
    return text


def yes_or_no(text: str) -> bool:
    """Read a choice."""
    if text not in {"yes", "no"}:
        raise ValueError("is neither yes nor no")
    return text == "yes"


def port(text: str) -> int:
    """Read a port."""
    if not text.isdigit() or not 0 <= int(text) <= 65535:
        raise ValueError("is not a port (0 to 65535)")
    return int(text)


def whole(text: str) -> int:
    """Read a whole number, 1 or more."""
    if not text.isdigit() or int(text) < 1:
        raise ValueError("is not a whole number of at least 1")
    return int(text)


def hops(text: str) -> int:
    """Read a whole number, 0 or more."""
    if not text.isdigit():
        raise ValueError("is not a whole number")
    return int(text)


def seconds(text: str) -> float:
    """Read a span of time."""
    try:
        value = float(text)
    except ValueError:
        raise ValueError("is not a number of seconds") from None
    if not 0 <= value < 1e9:
        raise ValueError("is not a number of seconds")
    return value


def of_project(text: str) -> Path:
    """Find a file or folder here, else where the project lies: commands work from anywhere."""
    here, there = Path(text), Path(__file__).resolve().parents[1] / text
    return there if there.exists() and not here.exists() else here


def url(text: str) -> str:
    """Read an http(s) address."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError("is not an http(s) address")
    return text.rstrip("/")


def mailbox(text: str) -> str:
    """Read an e-mail address."""
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", text):
        raise ValueError("is not an e-mail address")
    return text


def smtp(text: str) -> str:
    """Read the address of an outgoing mail server."""
    if urlsplit(text).scheme not in {"smtp", "smtps", "submission"} or not urlsplit(text).hostname:
        raise ValueError("is not smtp://, smtps:// or submission://HOST")
    return text


def imap(text: str) -> str:
    """Read the address of a mailbox, with its user and password."""
    parts = urlsplit(text)
    if parts.scheme not in {"imap", "imaps"} or not (parts.username and parts.password):
        raise ValueError("is not imap(s)://USER:PASSWORD@HOST/FOLDER")
    return text


def origins(text: str) -> tuple[ShopOrigin, ...]:
    """Read origins by comma, each for all storefronts or for the one before its equals sign."""
    return tuple(_origin(part.strip()) for part in text.split(",") if part.strip())


def _origin(text: str) -> ShopOrigin:
    storefront, _, address = text.rpartition("=")
    parts = urlsplit(url(address).lower())
    if parts.path or parts.query or parts.fragment or "@" in parts.netloc or "*" in parts.netloc:
        raise ValueError("is not [STOREFRONT=]ORIGIN, like https://shop.example")
    # Browsers leave the usual port out.
    usual = {"http": ":80", "https": ":443"}[parts.scheme]
    return ShopOrigin(f"{parts.scheme}://{parts.netloc.removesuffix(usual)}", storefront or None)


def rate(text: str) -> Rate:
    """Read a token bucket."""
    if text == "off":
        return Rate(0, 0.0)
    burst, _, per_second = text.partition("/")
    try:
        return Rate(int(burst), float(per_second))
    except ValueError:
        raise ValueError('is not "off" or BURST/PER_SECOND, like 60/5') from None


def payments(text: str) -> str:
    """Read who moves money."""
    if text not in {"ledger", "stripe"}:
        raise ValueError("is not one of ledger, stripe")
    return text


def desk(text: str) -> str:
    """Read where agents answer."""
    if text not in {"built-in", "chatwoot"}:
        raise ValueError("is not one of built-in, chatwoot")
    return text


def resolved(text: str) -> str:
    """Read what an agent means who marks a conversation as resolved."""
    if text not in {"return", "close"}:
        raise ValueError("is not one of return, close")
    return text


def chatwoot_problems(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield which settings do not fit together where Chatwoot is the desk."""
    if values["DESK"] != "chatwoot":
        return
    for name in ("CHATWOOT_URL", "CHATWOOT_TOKEN", "CHATWOOT_ACCOUNT", "CHATWOOT_INBOX"):
        if not values[name]:
            yield name, "needed where Chatwoot is the desk"
    if not values["CHATWOOT_SECRET"] and not values["CHATWOOT_PATH_SECRET"]:
        yield "CHATWOOT_SECRET", "needed, or CHATWOOT_PATH_SECRET for servers before 4.13"
    if 0 < len(values["CHATWOOT_PATH_SECRET"] or "") < 32:
        yield "CHATWOOT_PATH_SECRET", "needs 32 characters at least"


def log_level(text: str) -> str:
    """Read a level of the log."""
    if text.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError("is not one of debug, info, warning, error")
    return text.upper()
