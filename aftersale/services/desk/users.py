"""Who may sign in at the desk: made, changed, disabled, set up anew; each ends their sessions."""

import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aftersale.domain.desk import DeskAccount, DeskUser
from aftersale.domain.requests import AuditEntry
from aftersale.errors import DeskUserInvalid, NotFound
from aftersale.services.desk.sign_in import SignInTools
from aftersale.services.password_rules import Fault, canonical, faults_of
from aftersale.services.ports import UnitOfWork, UowFactory

USER = re.compile(r"[a-z][a-z0-9._-]{1,31}")
_SIGNS = "abcdefghijkmnpqrstuvwxyz23456789"  # none that is easily taken for another
_STEP = 30  # seconds that a code lasts
_WHY = {
    Fault.TOO_SHORT: "The password is too short: 12 characters at least.",
    Fault.TOO_LONG: "The password is too long: 128 characters at most.",
    Fault.TOO_COMMON: "The password is one that many people use.",
    Fault.OWN_NAME: "The password is little more than a name of the user.",
}


@dataclass(frozen=True, slots=True)
class SetUp:
    """What a user needs to sign in, told once: nothing of it can be read again."""

    who: DeskUser
    password: str
    secret: str
    address: str  # what an authenticator app reads from a QR code


class DeskUsers:
    """Keeps the users of the desk."""

    def __init__(self, uow: UowFactory, tools: SignInTools) -> None:
        self._uow, self._tools = uow, tools

    def add(
        self,
        who: DeskUser,
        *,
        email: str,
        now: datetime,
        password: str | None = None,
        is_demo: bool = False,
    ) -> SetUp:
        """Make a user; without a password one is made up.

        Raises:
            DeskUserInvalid: the name is taken or none, or the password is too weak.
        """
        if not USER.fullmatch(who.user):
            raise DeskUserInvalid(
                "A user's name has 2 to 32 lower-case letters, digits, dots and dashes, "
                "and begins with a letter."
            )
        told, account = self._set_up(who, email, password, now)
        with self._uow() as uow:
            if not uow.desk.add(replace(account, is_demo=is_demo)):
                raise DeskUserInvalid("There is or was a user of that name. Choose another.")
            self._note(uow, account, "desk_user.added", now)
            uow.commit()
        return told

    def reset(self, user: str, *, now: datetime, password: str | None = None) -> SetUp:
        """Give a user a new password and a new secret; who was disabled is let in again.

        Raises:
            NotFound: there is no such user.
            DeskUserInvalid: the password is too weak.
        """
        with self._uow() as uow:
            before = self._get(uow, user)
        told, account = self._set_up(before.who, before.email, password, now)
        with self._uow() as uow:
            stored = self._get(uow, user)
            after = replace(account, created_at=stored.created_at, is_demo=stored.is_demo)
            self._save(uow, after, "desk_user.reset", now)
            uow.commit()
        return told

    def change(self, user: str, *, now: datetime, **changes: Any) -> DeskUser:
        """Change role, name, storefronts, languages, team or picture of a user.

        Raises:
            NotFound: there is no such user.
        """
        with self._uow() as uow:
            before = self._get(uow, user)
            who = replace(before.who, **changes)
            self._save(uow, replace(before, who=who), "desk_user.changed", now)
            uow.commit()
        return who

    def disable(self, user: str, *, now: datetime) -> int:
        """Let a user in no more; return how many sessions ended.

        Raises:
            NotFound: there is no such user.
        """
        with self._uow() as uow:
            before = self._get(uow, user)
            at = before.disabled_at or now
            ended = self._save(uow, replace(before, disabled_at=at), "desk_user.disabled", now)
            uow.commit()
        return ended

    def code(self, user: str, *, now: datetime, demo_only: bool) -> str:
        """Return a code that signs the user in now: of those that are good the first unused one.

        Raises:
            NotFound: there is no such user; with `demo_only`, none that the demo made.
        """
        with self._uow() as uow:
            account = self._get(uow, user)
        if demo_only and not account.is_demo:
            raise NotFound("Codes are shown for users of the demo only.")
        step = max(int(now.timestamp()) // _STEP - 1, account.last_step + 1)
        at = datetime.fromtimestamp(step * _STEP, now.tzinfo)
        return self._tools.codes.code(self._tools.seal.open(account.sealed_secret), at)

    def _set_up(
        self, who: DeskUser, email: str, password: str | None, now: datetime
    ) -> tuple[SetUp, DeskAccount]:
        typed = password or _made_up()
        if fault := faults_of(typed, own=(who.user, who.name, email)):
            raise DeskUserInvalid(_WHY[fault])
        tools, secret = self._tools, self._tools.codes.new_secret()
        account = DeskAccount(
            who=who,
            email=email,
            password_hash=tools.passwords(canonical(typed)),
            sealed_secret=tools.seal.close(secret),
            last_step=0,
            created_at=now,
            changed_at=now,
        )
        return SetUp(who, typed, secret, tools.codes.address(secret, who.user)), account

    def _save(self, uow: UnitOfWork, account: DeskAccount, action: str, now: datetime) -> int:
        """Write the user; whoever is signed in with what was before is signed out."""
        user = account.who.user
        uow.desk.save(replace(account, changed_at=now))
        uow.agents.leave(user, now)
        self._note(uow, account, action, now)
        return uow.desk.end_sessions(user)

    def _get(self, uow: UnitOfWork, user: str) -> DeskAccount:
        account = uow.desk.account(user.lower())
        if account is None:
            raise NotFound("There is no desk user of that name.")
        return account

    def _note(self, uow: UnitOfWork, account: DeskAccount, action: str, now: datetime) -> None:
        who = account.who
        after = {
            "role": who.role.value,
            "storefronts": list(who.storefronts),
            "team": who.team,
            "disabled": account.disabled_at is not None,
        }
        subject = f"desk_user:{who.user}"
        uow.ledger.audit(AuditEntry(now, "operator", action, subject, after=after))


def _made_up() -> str:
    groups = ("".join(secrets.choice(_SIGNS) for _ in range(5)) for _ in range(4))
    return "-".join(groups)
