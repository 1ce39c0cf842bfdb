"""A whole app with its jobs, over SQLite, with accounts on messengers and an engine of ours."""

import contextlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from aftersale.bootstrap import bootstrap
from aftersale.gateway.app import create_app
from aftersale.gateway.services import Services
from aftersale.settings import Settings
from tests.integration.gateway.world import FakeEngine, says

STOREFRONT = "status-gated"


@dataclass
class Installation:
    """It is stopped and started again over the same data; the engine stays."""

    folder: Path
    accounts: list[dict[str, str]]
    environ: dict[str, str] = field(default_factory=dict)
    engine: FakeEngine = field(default_factory=FakeEngine)
    _engine_server: TestServer | None = None
    _client: TestClient | None = None
    _services: Services | None = None

    @classmethod
    def made(cls, folder: Path, empty_database: Path, accounts: list[dict[str, str]]):
        """Make one with an empty database; secrets of accounts go into files."""
        shutil.copy(empty_database, folder / "aftersale.db")
        (folder / "identity_keys.json").write_text("{}")
        listed = [
            {"storefront": STOREFRONT, **{k: _kept(folder, a, k) for k in a}} for a in accounts
        ]
        path = folder / "channels.yml"
        path.write_text(yaml.safe_dump({"accounts": listed}))
        environ = {
            "AFTERSALE_MODE": "test",
            "AFTERSALE_DATA_DIR": str(folder),
            "AFTERSALE_CHANNELS_FILE": str(path),
            "AFTERSALE_RATE_ADDRESS": "off",
        }
        return cls(folder, listed, environ)

    async def start(self) -> None:
        if self._engine_server is None:
            secret = Settings.from_env(self.environ).engine_secret
            self._engine_server = TestServer(self.engine.app(secret))
            await self._engine_server.start_server()
            self.environ["AFTERSALE_ENGINE_URL"] = str(self._engine_server.make_url("")).rstrip(
                "/"
            )
        settings = Settings.from_env(self.environ)
        self._services = bootstrap(settings)
        self._client = TestClient(TestServer(create_app(self._services, settings)))
        await self._client.start_server()

    async def stop(self) -> None:
        """Stop the app, not the engine."""
        if self._client is not None and self._services is not None:
            await self._client.close()
            self._services.close()
            self._client = None

    async def close(self) -> None:
        await self.stop()
        if self._engine_server is not None:
            await self._engine_server.close()

    @property
    def client(self) -> TestClient:
        assert self._client is not None
        return self._client

    @property
    def services(self) -> Services:
        assert self._services is not None
        return self._services

    def answers(self, answer: Callable[[str], str | tuple[str, dict[str, Any]]]) -> None:
        """Let the engine answer by what it is asked: a response, or one with its variables."""

        async def reply(body: dict[str, Any]) -> web.Response:
            said = answer(body.get("text") or body.get("intent") or "")
            name, variables = (said, {}) if isinstance(said, str) else said
            return says(name, **variables)

        self.engine.answer = reply

    def rows(self, sql: str, *given: object) -> list[tuple[Any, ...]]:
        """Ask the database itself."""
        with contextlib.closing(sqlite3.connect(self.folder / "aftersale.db")) as database:
            return database.execute(sql, given).fetchall()

    def said(self, author: str = "buyer") -> list[str | None]:
        """Return what was said in all conversations, as the log has it."""
        bodies = self.rows(
            "SELECT body FROM events WHERE type = 'message' AND author = ?"
            " ORDER BY conversation_id, seq",
            author,
        )
        return [json.loads(body).get("text") for (body,) in bodies]


def _kept(folder: Path, account: dict[str, str], key: str) -> str:
    """Return a value as the file names it; what is long and random is a secret."""
    if key not in {"access_token", "token", "app_secret", "verify_token", "secret"}:
        return account[key]
    path = folder / f"{account['name']}-{key}"
    path.write_text(account[key])
    return f"file:{path}"
