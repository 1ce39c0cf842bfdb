"""Somebody at the desk, for tests of what buyers see: moves and says what a desk does."""

from dataclasses import dataclass
from typing import Any

from aftersale.domain.conversations import Author, EventType
from aftersale.domain.handoffs import Handoff, HandoffReason, HandoffState
from aftersale.domain.ownership import OwnerMove
from aftersale.services.handoff.moving import owned_by
from tests.browser.stack import Shops
from tests.browser.visitor import Visitor

MIRA = {"name": "Mira", "picture": "/widget/icon.svg"}
# Let the page ask for what is new: another process than the app cannot wake its sockets.
LOOK = """() => {
  for (const name of ['offline', 'online']) {
    const value = name === 'online';
    Object.defineProperty(navigator, 'onLine', {value, configurable: true});
    window.dispatchEvent(new Event(name));
  }
}"""


def words(text: str) -> list[dict[str, Any]]:
    """Return a message's blocks."""
    return [{"type": "text", "text": text, "fallback": text}]


@dataclass
class Desk:
    """Writes straight into the store what the desk writes, and lets the page look again."""

    world: Shops
    visitor: Visitor

    def move(self, how: OwnerMove, **told: Any) -> None:
        """Give the conversation to another owner."""
        own = self.visitor.conversation_id
        with self.world.uow() as uow:
            owned_by(uow, own, how, by="agent:mira", now=self.world.now, told=told)
            uow.commit()
        self.visitor.page.evaluate(LOOK)

    def tell(self, kind: EventType, author: Author, **body: Any) -> None:
        """Write an event into the log."""
        with self.world.uow() as uow:
            own = self.visitor.conversation_id
            uow.conversations.append(own, type=kind, author=author, at=self.world.now, body=body)
            uow.commit()
        self.visitor.page.evaluate(LOOK)

    def write(self, *blocks: dict[str, Any]) -> None:
        """Write a message of the agent's."""
        self.tell(EventType.MESSAGE, Author.AGENT, blocks=list(blocks), agent=MIRA)

    def photo_of_the_buyer(self) -> dict[str, Any]:
        """Return the photo that the buyer sent, as a message of the agent's shows it."""
        (sent,) = self.world.sql(
            "SELECT attachment_id, media_type, width, height FROM attachments "
            "WHERE conversation_id = :c",
            c=self.visitor.conversation_id,
        )
        return {"type": "photo", "fallback": "Photo", **sent}

    def there_was(self, name: str = "h1") -> None:
        """Write down that somebody took the conversation."""
        own, now = self.visitor.conversation_id, self.world.now
        row = Handoff(
            handoff_id=f"{name}-{own}",
            conversation_id=own,
            storefront="helpdesk",
            reason=HandoffReason.ASKED,
            state=HandoffState.CLAIMED,
            asked_at=now,
            language="en",
            channel="chat",
            claimed_at=now,
            agent="mira",
        )
        with self.world.uow() as uow:
            uow.handoffs.add(row)
            uow.commit()
