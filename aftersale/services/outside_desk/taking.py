"""Takes in what an outside desk tells: masked and written down before anything is answered.

Nothing is done here, so the answer leaves within milliseconds; the desk gives us five seconds and
does not ask twice.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from aftersale.domain.conversations import Author, Conversation, EventType, Owner
from aftersale.services.incoming import Screen, masked
from aftersale.services.outside_desk.outside import Outside
from aftersale.services.ports import UnitOfWork
from aftersale.services.ports_desks import (
    Delivery,
    DeskAgent,
    DeskEvent,
    DeskEventKind,
    DeskFile,
    DeskStatus,
    LinkState,
    TakenEvent,
)


class Taking:
    """Keeps events of conversations that are linked; others are nobody's."""

    def __init__(self, outside: Outside, screen: Screen) -> None:
        self._outside, self._screen = outside, screen

    def take(self, delivery: Delivery, now: datetime) -> int:
        """Return how many events are new."""
        with self._outside.wiring.uow() as uow:
            kept = [
                kept
                for place, event in enumerate(delivery.events)
                if (kept := self._kept(uow, f"{delivery.key}:{place}", event, now))
            ]
            taken = uow.desk_links.take(kept)
            uow.commit()
        return taken

    def _kept(
        self, uow: UnitOfWork, key: str, event: DeskEvent, now: datetime
    ) -> TakenEvent | None:
        link = uow.desk_links.by_ref(event.ref)
        conversation = uow.conversations.get(link.conversation_id) if link else None
        if link is None or conversation is None:
            return None
        if event.kind is DeskEventKind.TYPING:
            if link.state is LinkState.OPEN:
                _show_typing(uow, conversation, event, now)
            return None
        safe = replace(event, text=masked(uow, self._screen, conversation, event.text))
        return TakenEvent(0, key, event.ref, now, as_body(safe))


def _show_typing(
    uow: UnitOfWork, conversation: Conversation, event: DeskEvent, now: datetime
) -> None:
    """Show the buyer that the agent types, if it is an agent who has the conversation."""
    if conversation.owner is not Owner.HUMAN:
        return
    shown = {"agent": {"name": event.agent.name}} if event.agent and event.agent.name else {}
    uow.conversations.append(
        conversation.conversation_id,
        type=EventType.TYPING,
        author=Author.AGENT,
        at=now,
        body=shown,
    )


def as_body(event: DeskEvent) -> dict[str, Any]:
    """Return the event as it is kept."""
    return {
        "kind": event.kind.value,
        "message": event.message,
        "text": event.text,
        "agent": [event.agent.ref, event.agent.name] if event.agent else None,
        "files": [[each.url, each.size] for each in event.files],
        "status": event.status.value if event.status else None,
        "at": event.at.isoformat() if event.at else None,
    }


def as_event(taken: TakenEvent) -> DeskEvent:
    """Return what was kept as the event it was."""
    body = taken.body
    return DeskEvent(
        kind=DeskEventKind(body["kind"]),
        ref=taken.ref,
        message=body["message"],
        text=body["text"],
        agent=DeskAgent(*body["agent"]) if body["agent"] else None,
        files=tuple(DeskFile(url, size) for url, size in body["files"]),
        status=DeskStatus(body["status"]) if body["status"] else None,
        at=datetime.fromisoformat(body["at"]) if body["at"] else taken.received_at,
    )
