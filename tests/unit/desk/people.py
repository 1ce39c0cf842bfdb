"""Signing in over fakes: a hasher that costs nothing, real codes, a clock of the test's own."""

from datetime import UTC, datetime, timedelta

from aftersale.adapters.one_time_codes import Rfc6238Codes
from aftersale.adapters.seal import FernetSeal
from aftersale.domain.desk import DeskUser, Role
from aftersale.services.desk.sessions import Sessions
from aftersale.services.desk.sign_in import SignIn, SignInTools, Typed
from aftersale.services.desk.users import DeskUsers
from tests.unit.fakes import FakeStore

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ANN = DeskUser("ann", "Ann Lee", Role.AGENT)


class CheapPasswords:
    """Counts its checks; the hash is the password with a word before it."""

    def __init__(self):
        self.checked = []

    def __call__(self, password):
        return f"hash of {password}"

    def matches(self, password_hash, password):
        self.checked.append(password_hash)
        return password_hash == f"hash of {password}"


class CountedCodes(Rfc6238Codes):
    """Counts its checks."""

    def __init__(self):
        self.checked = []

    def step(self, secret, code, at):
        self.checked.append(secret)
        return super().step(secret, code, at)


class Door:
    """Ann, and what lets her in."""

    def __init__(self):
        self.store, self.now = FakeStore(), NOW
        self.passwords, self.codes = CheapPasswords(), CountedCodes()
        tools = SignInTools(self.passwords, self.codes, FernetSeal("seal"), "secret")
        self.users = DeskUsers(self.store, tools)
        self.sign_in = SignIn(self.store, tools, lasts=timedelta(hours=12))
        self.sessions = Sessions(self.store, idle=timedelta(minutes=30))
        self.ann = self.users.add(ANN, email="ann@desk.example", now=NOW)
        self.passwords.checked.clear()

    def code(self):
        return self.users.code("ann", now=self.now, demo_only=False)

    def typed(self, **more):
        given = {"user": "ann", "password": self.ann.password, "address": "192.0.2.1"}
        code = more.pop("code") if "code" in more else self.code()
        return Typed(**given | more, code=code)

    def enter(self, **more):
        return self.sign_in(self.typed(**more), self.now)

    def pass_time(self, **span):
        self.now += timedelta(**span)

    def audited(self):
        return [entry.action for entry in self.store.tables.audit]
