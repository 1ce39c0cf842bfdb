"""What waits at the desk in these tests: a buyer with an order, in a talk for a person to take."""

from dataclasses import dataclass
from datetime import timedelta

from aftersale.domain.handoffs import Handoff, HandoffReason, HandoffState
from aftersale.domain.ownership import OwnerMove
from aftersale.services.handoff.moving import owned_by
from tests.browser.stack import Shops
from tests.conversation.buyer import Buyer
from tests.conversation.world import order_entry

CLAIM_WITHIN = timedelta(minutes=30)


@dataclass(frozen=True)
class Waiting:
    """One conversation in the queue."""

    world: Shops
    buyer: Buyer
    order_number: str

    @property
    def id(self) -> str:
        """The conversation."""
        return self.buyer.client.conversation_id

    def says(self, text: str) -> None:
        """The buyer writes on; nobody answers by itself."""
        self.buyer.client.send(text)


def waiting(
    world: Shops,
    *,
    name: str = "Alex",
    storefront: str = "helpdesk",
    reason: HandoffReason = HandoffReason.ASKED,
    ago: timedelta = timedelta(minutes=2),
    said: tuple[str, ...] = ("where is my order",),
) -> Waiting:
    """Let a buyer talk with the bot, then wait for a person since a while."""
    buyer = world.buyer(storefront, name=name)
    party = {"subject": buyer.subject, "email": buyer.email, "first_name": name}
    entry = order_entry(buyer, world.now) | {"buyer": party}
    world.tell_shop(entry)
    order = world.stored(storefront, entry["number"])
    for text in said:
        buyer.say(text)
    own, asked = buyer.client.conversation_id, world.now - ago
    row = Handoff(
        handoff_id=f"h-{own}",
        conversation_id=own,
        storefront=storefront,
        reason=reason,
        state=HandoffState.WAITING,
        asked_at=asked,
        claim_by=asked + CLAIM_WITHIN,
        language="en",
        channel="chat",
        words="Can a person look at this, please?",
        order_number=order.number,
        order_value_minor=order.total.minor,
        currency=order.total.currency,
    )
    with world.uow() as uow:
        uow.handoffs.add(row)
        owned_by(uow, own, OwnerMove.ASK, by="system", now=world.now, told={"position": 1})
        uow.commit()
    return Waiting(world, buyer, order.number)
