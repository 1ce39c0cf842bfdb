"""Moves a conversation to another owner: compare and set, written down, told in the log."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from aftersale.domain.conversations import Author, Conversation, EventType
from aftersale.domain.ownership import OwnerMove, owner_after
from aftersale.domain.requests import AuditEntry
from aftersale.errors import NotFound, OwnershipMoved
from aftersale.services.offers import lapse
from aftersale.services.ports import UnitOfWork


def owned_by(
    uow: UnitOfWork,
    conversation_id: str,
    how: OwnerMove,
    *,
    by: str,
    now: datetime,
    version: int | None = None,
    told: Mapping[str, Any] | None = None,
) -> Conversation:
    """Move the conversation, inside the caller's transaction, and return it as it is then.

    Whoever moves it names the `version` that they saw; None means "as it is now". `by` is written
    into the audit (`agent:ann`, `buyer:…`, `sweeper`, `bot`); `told` is what the buyer may see of
    it beside the owner, such as the agent's name or the place in the queue.

    Raises:
        NotFound: there is no such conversation.
        OwnershipMoved: its version is another one by now.
        IllegalMove: it does not start from its present owner.
    """
    # Locked: the events of a transaction stand together, and nobody moves it in between.
    before = uow.conversations.locked(conversation_id)
    if before is None:
        raise NotFound("There is no such conversation.")
    seen = before.owner_version if version is None else version
    if seen != before.owner_version:
        raise OwnershipMoved(MOVED)
    owner = owner_after(before.owner, how)
    if not uow.conversations.move_owner(conversation_id, owner, version=seen):
        raise OwnershipMoved(MOVED)
    # No later yes may mean what waited until now, nor what an action at work wrote down since.
    lapse(uow, conversation_id)
    after = replace(before, owner=owner, owner_version=seen + 1)
    uow.ledger.audit(_written(before, after, how, by=by, now=now))
    uow.conversations.append(
        conversation_id,
        type=EventType.OWNER,
        author=Author.SYSTEM,
        at=now,
        body={
            "owner": owner.value,
            "move": how.value,
            "version": after.owner_version,
            **(told or {}),
        },
    )
    return after


BUYER = "buyer"  # who moved it, in the audit: the conversation says which one
MOVED = "Somebody else has taken this conversation by now; look at it again."


def _written(
    before: Conversation, after: Conversation, how: OwnerMove, *, by: str, now: datetime
) -> AuditEntry:
    return AuditEntry(
        at=now,
        actor=by,
        action=f"owner.{how.value}",
        subject=f"conversation:{after.conversation_id}",
        before={"owner": before.owner.value, "version": before.owner_version},
        after={"owner": after.owner.value, "version": after.owner_version},
        conversation_id=after.conversation_id,
    )
