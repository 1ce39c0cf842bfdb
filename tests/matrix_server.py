"""A private Synapse, the real Matrix homeserver, and people on it, for tests."""

import contextlib
import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.servers import free_port, process, temp_dir

PYTHON = Path(__file__).resolve().parents[1] / ".venv-synapse/bin/python"
DOMAIN = "test.local"
FREELY = {"per_second": 10_000, "burst_count": 10_000}
CLIENT = "/_matrix/client/v3"
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Person:
    """Somebody with an account, signed in."""

    user_id: str
    token: str
    password: str


@dataclass
class Synapse:
    """The server as tests see it. It keeps its port and its data while it is stopped."""

    base: str
    port: int
    _running: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        argv = [str(PYTHON), "-m", "synapse.app.homeserver", "-c", f"{self.base}/homeserver.yaml"]
        self._running.enter_context(process(argv, self.base, self._is_up, timeout=60))

    def stop(self) -> None:
        self._running.close()

    def _is_up(self) -> bool:
        with contextlib.suppress(OSError):
            return DIRECT.open(self.url + "/health", timeout=2).read() == b"OK"
        return False

    def ask(self, method: str, path: str, body: Any = None, *, token: str | None = None) -> Any:
        """Call it and return the answer; an answer that is no 200 fails the test."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with DIRECT.open(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as no:
            raise AssertionError((method, path, no.code, no.read())) from None

    def person(self, name: str = "") -> Person:
        """Make an account; without a name, of somebody new."""
        password = secrets.token_hex(8)
        wanted = {
            "username": name or f"u{secrets.token_hex(6)}",
            "password": password,
            "auth": {"type": "m.login.dummy"},
        }
        made = self.ask("POST", f"{CLIENT}/register", wanted)
        return Person(made["user_id"], made["access_token"], password)


@contextlib.contextmanager
def running() -> Iterator[Synapse]:
    """Start a server of our own; it is stopped and its files are gone at the end."""
    with temp_dir() as base:
        server = Synapse(base, free_port())
        for name, content in (("homeserver.yaml", _conf(server)), ("log.yaml", _LOG)):
            Path(base, name).write_text(json.dumps(content))  # JSON is YAML
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def synapse() -> Iterator[Synapse]:
    with running() as server:
        yield server


_LOG = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"level": "WARNING", "handlers": ["console"]},
}


def _conf(server: Synapse) -> dict[str, Any]:
    base = server.base
    listener = {
        "port": server.port,
        "bind_addresses": ["127.0.0.1"],
        "type": "http",
        "tls": False,
        "resources": [{"names": ["client"], "compress": False}],
    }
    database = {"database": f"{base}/db.sqlite", "cp_min": 1, "cp_max": 1}
    return {
        "server_name": DOMAIN,
        "public_baseurl": f"{server.url}/",
        "pid_file": f"{base}/pid",
        "listeners": [listener],
        "database": {"name": "sqlite3", "args": database},
        "log_config": f"{base}/log.yaml",
        "media_store_path": f"{base}/media",
        "signing_key_path": f"{base}/signing.key",
        "macaroon_secret_key": secrets.token_hex(16),
        "form_secret": secrets.token_hex(16),
        "bcrypt_rounds": 4,
        "enable_registration": True,
        "enable_registration_without_verification": True,
        "report_stats": False,
        "trusted_key_servers": [],
        "suppress_key_server_warning": True,
        "federation_domain_whitelist": [],
        "presence": {"enabled": False},
        **_no_limits(),
    }


def _no_limits() -> dict[str, Any]:
    names = ("message", "registration", "joins_per_room", "admin_redaction", "room_creation")
    names += ("media_create", "3pid_validation", "key_requests")
    return {
        **{f"rc_{name}": FREELY for name in names},
        "rc_login": {"address": FREELY, "account": FREELY, "failed_attempts": FREELY},
        "rc_joins": {"local": FREELY, "remote": FREELY},
        "rc_invites": {"per_room": FREELY, "per_user": FREELY, "per_issuer": FREELY},
    }
