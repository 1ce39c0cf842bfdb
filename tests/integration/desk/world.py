"""The desk over a real SQLite store: a clock that tests move, and people who are signed in."""

import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient

from aftersale.domain.desk import DeskAccount, DeskSession, DeskUser, Role
from aftersale.gateway.desk.entry import API, COOKIE, CSRF_HEADER
from aftersale.gateway.services import Services
from aftersale.services.desk.sign_in import csrf_of, session_hash
from aftersale.settings import Settings
from tests.integration.desk.description import check

PEOPLE = {
    Role.AGENT: DeskUser("ann", "Ann Lee", Role.AGENT, languages=("en", "de"), team="orders"),
    Role.REVIEWER: DeskUser("rita", "Rita Mora", Role.REVIEWER, team="reviews"),
    Role.SUPERVISOR: DeskUser("sam", "Sam Hill", Role.SUPERVISOR),
    Role.ADMIN: DeskUser("ada", "Ada Byron", Role.ADMIN),
}


@dataclass
class Reply:
    status: int
    body: Any
    headers: Any


@dataclass
class Person:
    """A signed-in user: `get`, `post` and `delete` below /desk/api, as their page does it."""

    who: DeskUser
    token: str
    client: TestClient

    @property
    def headers(self) -> dict[str, str]:
        origin = str(self.client.make_url("")).rstrip("/")
        cookie = f"{COOKIE}={self.token}"
        return {"Cookie": cookie, CSRF_HEADER: csrf_of(self.token), "Origin": origin}

    async def get(self, path: str, **query: Any) -> Reply:
        return await self.call("GET", path, params=query)

    async def post(self, path: str, body: Any = None) -> Reply:
        return await self.call("POST", path, json={} if body is None else body)

    async def delete(self, path: str, body: Any = None) -> Reply:
        return await self.call("DELETE", path, json={} if body is None else body)

    async def call(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **how: Any
    ) -> Reply:
        sent = self.headers | (headers or {})
        async with self.client.request(method, f"{API}{path}", headers=sent, **how) as response:
            content = await response.read()
            check(method, path, response.status, response.content_type, content)
            is_json = response.content_type.endswith("json")
            body = json.loads(content) if is_json else content
            return Reply(response.status, body, response.headers)


@dataclass
class DeskWorld:
    """What a test holds in its hands. `client` is nobody; `await person(Role.AGENT)` is."""

    client: TestClient
    services: Services
    settings: Settings
    clock: Path
    known: dict[str, DeskUser] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.services.clock()

    def pass_time(self, **span: float) -> None:
        """Move the clock on: `pass_time(minutes=5)`."""
        self.clock.write_text((self.now + timedelta(**span)).isoformat())

    def add(self, who: DeskUser, **more: Any) -> DeskAccount:
        """Make a user; who signs in by themselves is given a password hash and a secret."""
        given = {"email": f"{who.user}@desk.example", "password_hash": "-", "sealed_secret": "-"}
        account = DeskAccount(
            who=who, last_step=0, created_at=self.now, changed_at=self.now, **given | more
        )
        with self.services.uow() as uow:
            assert uow.desk.add(account)
            uow.commit()
        self.known[who.user] = who
        return account

    def person(self, role: Role | DeskUser = Role.AGENT) -> Person:
        """Return a signed-in person: the usual one of that role, or a user of the test's own."""
        who = PEOPLE[role] if isinstance(role, Role) else role
        if who.user not in self.known:
            self.add(who)
        token, now = secrets.token_urlsafe(32), self.now
        session = DeskSession(session_hash(token), who.user, now, now, now + timedelta(hours=12))
        with self.services.uow() as uow:
            uow.desk.open_session(session)
            uow.commit()
        return Person(who, token, self.client)

    def trail(self, subject: str) -> list[str]:
        """Return what the audit says about a thing."""
        with self.services.uow() as uow:
            return [entry.action for entry in uow.ledger.trail(subject)]
