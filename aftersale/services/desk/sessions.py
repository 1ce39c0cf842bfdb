"""Sessions of the desk: who calls, until when, and how they end."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aftersale.domain.desk import DeskSession, DeskUser
from aftersale.domain.requests import AuditEntry
from aftersale.services.desk.sign_in import session_hash
from aftersale.services.ports import UnitOfWork, UowFactory

_NOTED_EVERY = timedelta(seconds=30)  # what a person does is not written down more often


@dataclass(frozen=True, slots=True)
class Entered:
    """A user in their session."""

    who: DeskUser
    session: DeskSession


class Sessions:
    """Finds the session of a token, and ends it."""

    def __init__(self, uow: UowFactory, idle: timedelta) -> None:
        self._uow, self.idle = uow, idle

    def enter(self, token: str, now: datetime, *, by_person: bool = True) -> Entered | None:
        """Return who the token belongs to; None when it opens nothing (any more).

        `by_person` is what somebody did, not what their page does by itself: only that keeps an
        idle session alive.
        """
        with self._uow() as uow:
            session = uow.desk.session(session_hash(token))
            account = uow.desk.account(session.user) if session else None
            if session is None or account is None:
                return None
            is_void = account.disabled_at is not None or account.changed_at > session.created_at
            if is_void or not session.lasts(now, self.idle):
                self._over(uow, session, now)
                return None
            if by_person and now - session.seen_at >= _NOTED_EVERY:
                uow.desk.see(session.session_hash, now)
                uow.commit()
        return Entered(account.who, session)

    def _over(self, uow: UnitOfWork, session: DeskSession, now: datetime) -> None:
        uow.desk.end_session(session.session_hash)
        uow.agents.leave(session.user, now)
        uow.ledger.audit(_left(session.user, "desk.session_over", now))
        uow.commit()

    def sign_out(self, entered: Entered, now: datetime) -> None:
        """End the session; the person is not there any more."""
        with self._uow() as uow:
            uow.desk.end_session(entered.session.session_hash)
            uow.agents.leave(entered.who.user, now)
            uow.ledger.audit(_left(entered.who.user, "desk.signed_out", now))
            uow.commit()


def _left(user: str, action: str, now: datetime) -> AuditEntry:
    return AuditEntry(now, f"agent:{user}", action, f"desk_user:{user}")
