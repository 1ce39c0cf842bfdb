"""Writes down who read personal data: once per user, thing and while, not with every look."""

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
    thing (`order:shop/1`), for a search what was looked for.
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
