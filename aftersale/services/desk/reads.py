"""Writes down who read personal data: once per user, thing and while, not with every look."""

import hashlib
from datetime import datetime, timedelta

from aftersale.domain.desk import DeskUser
from aftersale.domain.requests import AuditEntry
from aftersale.services.ports import UnitOfWork

AGAIN_AFTER = timedelta(minutes=10)


def note_read(
    uow: UnitOfWork,
    user: DeskUser,
    action: str,
    subject: str,
    *,
    now: datetime,
    conversation_id: str | None = None,
) -> bool:
    """Write the row inside the caller's transaction; False when there is a fresh one.

    `action` is `order.read`, `case.read`, `conversation.read` or `search`; `subject` names the
    thing (`order:shop/1`), for a search what was looked for; see `note_search`.
    """
    if uow.lookups.was_written(user.actor, action, subject, now - AGAIN_AFTER):
        return False
    uow.ledger.audit(
        AuditEntry(
            at=now,
            actor=user.actor,
            action=action,
            subject=subject,
            conversation_id=conversation_id,
        )
    )
    return True


def note_search(uow: UnitOfWork, user: DeskUser, where: str, words: str, *, now: datetime) -> None:
    """Write that somebody looked for these words, in lists of that kind.

    The audit cannot be cleared when a buyer is forgotten, so it keeps the searched words' hash:
    it tells whether somebody looked for a name, without holding the name.
    """
    looked_for = hashlib.sha256(words.strip().lower().encode("utf-8", "replace")).hexdigest()[:16]
    note_read(uow, user, "search", f"{where}:{looked_for}", now=now)
