"""Signing in at the desk: password and one-time code, in one step and with one refusal.

Words, work and time are the same whether the user is unknown or disabled, or password or code are
wrong. An attempt is counted before it is looked at, so that many at once are no way around limits.
"""

import hashlib
import hmac
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Protocol

from aftersale.domain.desk import DeskAccount, DeskSession, DeskUser
from aftersale.domain.requests import AuditEntry
from aftersale.errors import SealBroken, SignInRefused, SignInTooSoon
from aftersale.services.desk.limits import Key, keys_of, one_more, wait_until
from aftersale.services.password_rules import canonical
from aftersale.services.ports import UnitOfWork, UowFactory
from aftersale.services.ports_accounts import PasswordHasher
from aftersale.services.ports_desk import OneTimeCodes, PasswordCheck
from aftersale.services.ports_secure import Seal

log = logging.getLogger(__name__)
_REFUSED = "Name, password or code are not right. A code works once: wait for the next one."


class PasswordKeeper(PasswordCheck, PasswordHasher, Protocol):
    """Checks passwords and makes their hashes."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What came from the sign-in page; `browser` is the token of an earlier sign-in there."""

    user: str
    password: str
    code: str
    address: str
    browser: str | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session, with the only copies of its token and of the browser's."""

    who: DeskUser
    session: DeskSession
    token: str
    browser: str


@dataclass(frozen=True, slots=True)
class SignInTools:
    """What checks passwords and codes."""

    passwords: PasswordKeeper
    codes: OneTimeCodes
    seal: Seal
    secret: str  # signs the tokens of browsers


class SignIn:
    """Opens sessions."""

    def __init__(self, uow: UowFactory, tools: SignInTools, lasts: timedelta) -> None:
        self._uow, self._tools, self._lasts = uow, tools, lasts
        # Nobody's: a password is checked also where there is no such user.
        self._nobody_hash = tools.passwords(secrets.token_urlsafe(16))
        self._nobody_secret = tools.seal.close(tools.codes.new_secret())

    def __call__(self, typed: Typed, now: datetime) -> SignedIn:
        """Open a session for whoever typed the right name, password and code.

        Raises:
            SignInTooSoon: too many failures; it names the seconds to wait.
            SignInRefused: something is not right; never what.
        """
        typed = replace(typed, user=typed.user.strip().lower(), code=typed.code.replace(" ", ""))
        account, keys = self._count(typed, now)
        step = self._step_of(account, typed, now)
        with self._uow() as uow:
            signed_in = self._admit(uow, account, step, now)
            uow.ledger.audit(_entry(account, now, is_in=signed_in is not None))
            if signed_in is not None:
                uow.desk.forget_attempts([key.hashed for key in keys])
            uow.commit()
        if signed_in is None:
            raise SignInRefused(_REFUSED)
        return signed_in

    def _count(self, typed: Typed, now: datetime) -> tuple[DeskAccount | None, Sequence[Key]]:
        with self._uow() as uow:
            account = uow.desk.account(typed.user)
            keys = keys_of(typed.user, typed.address, self._known_browser(account, typed.browser))
            tallies = [(key, uow.desk.attempts(key.hashed)) for key in keys]
            waits = [wait_until(tally, key.rule, now) for key, tally in tallies]
            if until := max(filter(None, waits), default=None):
                raise SignInTooSoon(ceil((until - now).total_seconds()))
            for key, tally in tallies:
                uow.desk.note_attempts(one_more(tally, key, now))
            uow.commit()
        return account, keys

    def _step_of(self, account: DeskAccount | None, typed: Typed, now: datetime) -> int | None:
        """Return the time step of the code when all is right; outside of any transaction."""
        tools = self._tools
        password_hash = account.password_hash if account else self._nobody_hash
        is_right = tools.passwords.matches(password_hash, canonical(typed.password))
        try:
            secret = tools.seal.open(account.sealed_secret if account else self._nobody_secret)
        except SealBroken:
            log.exception("a desk user's secret was sealed with another key: reset the user")
            return None
        step = tools.codes.step(secret, typed.code, now)
        return step if is_right and account is not None else None

    def _admit(
        self, uow: UnitOfWork, account: DeskAccount | None, step: int | None, now: datetime
    ) -> SignedIn | None:
        if account is None or step is None:
            return None
        user = account.who.user
        stored = uow.desk.account(user)
        # Whoever was changed or disabled while the password was checked is not let in by it.
        if stored is None or stored.disabled_at or stored.changed_at != account.changed_at:
            return None
        if not uow.desk.use_step(user, step):
            return None
        token = secrets.token_urlsafe(32)
        session = DeskSession(session_hash(token), user, now, now, now + self._lasts)
        uow.desk.open_session(session)
        return SignedIn(stored.who, session, token, self._browser_token(stored))

    def _browser_token(self, account: DeskAccount) -> str:
        own = secrets.token_urlsafe(12)
        return f"{own}.{self._signature(account, own)}"

    def _known_browser(self, account: DeskAccount | None, token: str | None) -> str | None:
        """Return which browser it is when this user signed in there since the last change."""
        own, _, signature = (token or "").partition(".")
        if account is None or not own:
            return None
        expected = self._signature(account, own)
        is_ours = hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
        return own if is_ours else None

    def _signature(self, account: DeskAccount, own: str) -> str:
        said = f"desk-browser:{account.who.user}:{account.changed_at.isoformat()}:{own}"
        return hmac.new(self._tools.secret.encode(), said.encode(), hashlib.sha256).hexdigest()


def session_hash(token: str) -> str:
    """Return the only form in which a session's token is stored."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def csrf_of(token: str) -> str:
    """Return what a page of the session must show with everything it changes."""
    return hmac.new(token.encode("utf-8", "replace"), b"desk-csrf", hashlib.sha256).hexdigest()


def _entry(account: DeskAccount | None, now: datetime, *, is_in: bool) -> AuditEntry:
    # A name that nobody has is not written down: it may be a password in the wrong field.
    user = account.who.user if account else "unknown"
    action = "desk.signed_in" if is_in else "desk.sign_in_refused"
    return AuditEntry(now, f"agent:{user}" if is_in else "visitor", action, f"desk_user:{user}")
