"""Orders at the desk: found without a conversation, and shown whole with what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aftersale.domain.acting import Block, Proposal
from aftersale.domain.cases import Case
from aftersale.domain.desk import DeskUser
from aftersale.domain.orders import Order
from aftersale.domain.parties import Buyer, Seller
from aftersale.domain.requests import AuditEntry, OrderRequest, Refund
from aftersale.services.desk.acting import order_for
from aftersale.services.desk.deeds import subject_of
from aftersale.services.desk.reads import note_read, note_search
from aftersale.services.ports import StoredDecision, UowFactory

SHORTEST = 2  # signs of a search


@dataclass(frozen=True, slots=True)
class OrderFile:
    """An order with everything that hangs on it."""

    order: Order
    buyer: Buyer | None
    seller: Seller | None
    requests: Sequence[OrderRequest]
    refunds: Sequence[Refund]
    cases: Sequence[Case]
    decisions: Sequence[StoredDecision]
    acted: Sequence[Proposal]  # what people here did, newest first
    trail: Sequence[AuditEntry]  # oldest first
    block: Block | None
    conversation_id: str | None  # the buyer's newest that is open


class DeskOrders:
    """Every search and every read is written down."""

    def __init__(self, uow: UowFactory) -> None:
        self._uow = uow

    def search(
        self, words: str, *, user: DeskUser, now: datetime, storefront: str | None = None
    ) -> Sequence[tuple[Order, Buyer | None]]:
        """Return orders by number, or by name or e-mail address of the buyer, newest first."""
        words = words.strip()
        if len(words) < SHORTEST or (storefront and not user.serves(storefront)):
            return []
        places = (storefront,) if storefront else user.storefronts
        with self._uow() as uow:
            found = uow.lookups.orders(words, storefronts=places)
            note_search(uow, user, "orders", words, now=now)
            buyers = {order.buyer_id: uow.parties.buyer(order.buyer_id) for order in found}
            uow.commit()
        return [(order, buyers[order.buyer_id]) for order in found]

    def file(self, order: tuple[str, str], *, user: DeskUser, now: datetime) -> OrderFile:
        """Return the order of (storefront, number).

        Raises:
            NotFound: there is none, or the user does not work for its storefront.
        """
        with self._uow() as uow:
            found = order_for(uow, order, user)
            place = (found.storefront, found.number)
            note_read(uow, user, "order.read", subject_of(found), now=now)
            talk = uow.conversations.latest_of_buyer(found.storefront, found.buyer_id)
            file = OrderFile(
                order=found,
                buyer=uow.parties.buyer(found.buyer_id),
                seller=uow.parties.seller(found.seller_id) if found.seller_id else None,
                requests=uow.requests.for_order(*place),
                refunds=uow.requests.refunds(*place),
                cases=uow.lookups.cases_of(*place),
                decisions=uow.lookups.decisions_of(*place),
                acted=uow.proposals.of_order(*place),
                trail=uow.ledger.trail(subject_of(found)),
                block=uow.blocks.of(found.buyer_id, now),
                conversation_id=talk.conversation_id if talk else None,
            )
            uow.commit()
        return file
