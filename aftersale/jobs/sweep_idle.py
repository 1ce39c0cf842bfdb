"""Closes conversations that lie idle; the buyer's next message opens them again."""

import logging
from dataclasses import replace
from datetime import datetime

from aftersale.domain.conversations import Author, Closed, EventType, Owner
from aftersale.policy.knobs import Policy
from aftersale.services.ports import UnitOfWork
from aftersale.services.wiring import Wiring

_PAGE = 200

logger = logging.getLogger(__name__)


class SweepIdle:
    """Looks at every storefront's conversations by its own knob."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def run(self, now: datetime, *, dry_run: bool) -> int:
        """Close (or, with `dry_run`, count) what is idle; the rest waits for the next run."""
        return sum(self._of(policy, now, dry_run) for policy in self._wiring.policies.values())

    def _of(self, policy: Policy, now: datetime, dry_run: bool) -> int:
        before = now - policy.widget.idle_after.span
        with self._wiring.uow() as uow:
            idle = uow.chats.idle(policy.storefront, before=before, limit=_PAGE)
        return len(idle) if dry_run else sum(self._close(each, before, now) for each in idle)

    def _close(self, conversation_id: str, before: datetime, now: datetime) -> bool:
        try:
            with self._wiring.uow() as uow:
                if not self._closed(uow, conversation_id, before, now):
                    return False
                uow.commit()
        except Exception:  # a process edge: it is tried again by the next run
            logger.exception("an idle conversation could not be closed")
            return False
        return True

    def _closed(
        self, uow: UnitOfWork, conversation_id: str, before: datetime, now: datetime
    ) -> bool:
        current = uow.conversations.locked(conversation_id)
        last_at = uow.chats.last_at(conversation_id)
        if current is None or current.closed_at is not None or current.owner is not Owner.BOT:
            return False
        if last_at is None or last_at > before:
            return False
        uow.conversations.save(replace(current, closed_at=now, closed_as=Closed.IDLE))
        if uow.conversations.events(conversation_id, since=0, limit=1):
            blocks, _ = self._wiring.voice.say("chat_idle", {}, conversation=current, now=now)
            uow.conversations.append(
                conversation_id,
                type=EventType.NOTICE,
                author=Author.SYSTEM,
                at=now,
                body={"response": "chat_idle", "blocks": blocks},
            )
        return True
