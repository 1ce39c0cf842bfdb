"""People of the desk in the database: users, sessions, failed sign-ins."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from aftersale.domain.desk import Attempts, DeskAccount, DeskSession, DeskUser
from aftersale.store.insert_once import insert_once
from aftersale.store.rows import thing, values
from aftersale.store.tables_desk import DeskAttemptsRow, DeskSessionRow, DeskUserRow

_FORGOTTEN = timedelta(days=1)  # failures that old say nothing any more


class SqlDeskPeople:
    """The `DeskPeople` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def account(self, user: str) -> DeskAccount | None:
        """Return the user of that name."""
        row = self._connection.execute(
            select(DeskUserRow).where(DeskUserRow.user == user)
        ).one_or_none()
        return None if row is None else _account(row)

    def accounts(self) -> Sequence[DeskAccount]:
        """Return everybody, by name."""
        rows = self._connection.execute(select(DeskUserRow).order_by(DeskUserRow.user))
        return [_account(row) for row in rows]

    def add(self, account: DeskAccount) -> bool:
        """Write a new user; False when the name was given before."""
        return insert_once(self._connection, DeskUserRow, _columns(account), key=("user",))

    def save(self, account: DeskAccount) -> None:
        """Write a changed user, all but the step of the codes."""
        columns = _columns(account)
        del columns["last_step"]
        self._connection.execute(
            update(DeskUserRow).where(DeskUserRow.user == account.who.user).values(**columns)
        )

    def use_step(self, user: str, step: int) -> bool:
        """Accept the code of a time step; False when it or a later one was accepted already."""
        done = self._connection.execute(
            update(DeskUserRow)
            .where(DeskUserRow.user == user, DeskUserRow.last_step < step)
            .values(last_step=step)
        )
        return done.rowcount == 1

    def open_session(self, session: DeskSession) -> None:
        """Write a session; those whose time is over go."""
        over = DeskSessionRow.expires_at <= session.created_at
        self._connection.execute(delete(DeskSessionRow).where(over))
        self._connection.execute(insert(DeskSessionRow).values(**values(session)))

    def session(self, session_hash: str) -> DeskSession | None:
        """Return the session of that hash, whether or not its time is over."""
        row = self._connection.execute(
            select(DeskSessionRow).where(DeskSessionRow.session_hash == session_hash)
        ).one_or_none()
        return None if row is None else thing(DeskSession, row)

    def see(self, session_hash: str, at: datetime) -> None:
        """Note that the person did something; never backwards."""
        self._connection.execute(
            update(DeskSessionRow)
            .where(DeskSessionRow.session_hash == session_hash, DeskSessionRow.seen_at < at)
            .values(seen_at=at)
        )

    def end_session(self, session_hash: str) -> bool:
        """End the session; False when there was none."""
        done = self._connection.execute(
            delete(DeskSessionRow).where(DeskSessionRow.session_hash == session_hash)
        )
        return done.rowcount == 1

    def end_sessions(self, user: str) -> int:
        """End all sessions of the user; return how many there were."""
        return self._connection.execute(
            delete(DeskSessionRow).where(DeskSessionRow.user == user)
        ).rowcount

    def attempts(self, key_hash: str) -> Attempts | None:
        """Return the failures under that key, held until the transaction ends."""
        row = self._connection.execute(
            select(DeskAttemptsRow).where(DeskAttemptsRow.key_hash == key_hash).with_for_update()
        ).one_or_none()
        return None if row is None else thing(Attempts, row)

    def note_attempts(self, attempts: Attempts) -> None:
        """Write how many there are; old ones of everybody go."""
        old = attempts.last_at - _FORGOTTEN
        self._connection.execute(delete(DeskAttemptsRow).where(DeskAttemptsRow.last_at < old))
        if not insert_once(self._connection, DeskAttemptsRow, values(attempts), key=("key_hash",)):
            self._connection.execute(
                update(DeskAttemptsRow)
                .where(DeskAttemptsRow.key_hash == attempts.key_hash)
                .values(failures=attempts.failures, last_at=attempts.last_at)
            )

    def forget_attempts(self, key_hashes: Sequence[str]) -> None:
        """Forget the failures under these keys."""
        self._connection.execute(
            delete(DeskAttemptsRow).where(DeskAttemptsRow.key_hash.in_(key_hashes))
        )


def _account(row: Row[Any]) -> DeskAccount:
    columns = row._mapping
    own = {name: columns[name] for name in _OWN}
    return DeskAccount(who=thing(DeskUser, row), **own)


_OWN = (
    "email",
    "password_hash",
    "sealed_secret",
    "last_step",
    "created_at",
    "changed_at",
    "disabled_at",
    "is_demo",
)


def _columns(account: DeskAccount) -> dict[str, Any]:
    own = values(account)
    return own | values(own.pop("who"))
