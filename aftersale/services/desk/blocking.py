"""Blocks a buyer: new messages are refused, cases stay, and both are written down."""

from dataclasses import dataclass
from datetime import datetime

from aftersale.domain.acting import Block
from aftersale.domain.desk import DeskUser
from aftersale.domain.parties import Buyer
from aftersale.domain.requests import AuditEntry
from aftersale.errors import NotFound, NotPossible
from aftersale.services.ports import UnitOfWork, UowFactory


@dataclass(frozen=True, slots=True)
class Blocking:
    """Puts blocks on buyers and lifts them. Who may is for the caller to ask."""

    uow: UowFactory

    def block(
        self, buyer_id: str, reason: str, *, user: DeskUser, now: datetime, until: datetime | None
    ) -> Block:
        """Take no new messages of the buyer until then, or until it is lifted.

        Raises:
            NotFound: there is no such buyer at the user's storefronts.
            NotPossible: the time has passed.
        """
        if until is not None and until <= now:
            raise NotPossible("The block would be over already; name a later time.")
        with self.uow() as uow:
            buyer = buyer_for(uow, buyer_id, user)
            block = Block(buyer_id, buyer.storefront, reason, user.user, now, until)
            uow.blocks.put(block)
            after = {"reason": reason, "until": until.isoformat() if until else None}
            uow.ledger.audit(_row(user, "buyer.blocked", buyer_id, now, after=after))
            uow.commit()
        return block

    def lift(self, buyer_id: str, *, user: DeskUser, now: datetime) -> bool:
        """Take messages again; False when there was no block.

        Raises:
            NotFound: there is no such buyer at the user's storefronts.
        """
        with self.uow() as uow:
            buyer_for(uow, buyer_id, user)
            lifted = uow.blocks.lift(buyer_id)
            if lifted:
                uow.ledger.audit(_row(user, "buyer.unblocked", buyer_id, now))
                uow.commit()
        return lifted


def buyer_for(uow: UnitOfWork, buyer_id: str, user: DeskUser) -> Buyer:
    """Return the buyer when the user works for their storefront.

    Raises:
        NotFound: there is none, or they do not.
    """
    buyer = uow.parties.buyer(buyer_id)
    if buyer is None or not user.serves(buyer.storefront):
        raise NotFound("There is no such buyer.")
    return buyer


def _row(
    user: DeskUser,
    action: str,
    buyer_id: str,
    now: datetime,
    *,
    after: dict[str, str | None] | None = None,
) -> AuditEntry:
    subject = f"buyer:{buyer_id}"
    return AuditEntry(now, user.actor, action, subject, after=dict(after or {}))
