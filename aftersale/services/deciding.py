"""Ask the policy about one order inside a transaction, and keep what it answered."""

from dataclasses import dataclass, replace
from datetime import datetime

from aftersale.domain.orders import Order, ReasonClass
from aftersale.domain.parties import Seller
from aftersale.domain.requests import CommandKind
from aftersale.policy.decide import decide
from aftersale.policy.decision import Alternative, Ask, Decision, Outcome
from aftersale.policy.facts import Request
from aftersale.policy.facts_from import facts_for
from aftersale.policy.knobs import CancelActor, Policy
from aftersale.services.call import Call
from aftersale.services.ports import UnitOfWork
from aftersale.services.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Wish:
    """What the buyer wants and why, as far as they said."""

    ask: Ask
    reason_class: ReasonClass = ReasonClass.UNKNOWN
    reason_text: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision with what it was made about; `offer` is what a yes would do, if anything."""

    decision: Decision
    order: Order
    seller: Seller | None
    policy: Policy
    wish: Wish
    offer: CommandKind | None
    written_at: datetime | None = None  # when the seller who decides was last written to

    @property
    def can_write(self) -> bool:
        """Whether there is a seller whom a letter of ours reaches."""
        reachable = self.seller is not None and self.seller.reachable
        return reachable and self.policy.contact.offered


def judge(
    wiring: Wiring,
    uow: UnitOfWork,
    order: Order,
    wish: Wish,
    *,
    asking_buyer: str | None,
    now: datetime,
    without: str | None = None,
) -> Judgement:
    """Decide about `wish` for `order` now; `without` leaves one request out of the facts."""
    policy = wiring.policy(order.storefront)
    seller = uow.parties.seller(order.seller_id) if order.seller_id else None
    requests = [
        request
        for request in uow.requests.for_order(order.storefront, order.number)
        if request.request_id != without
    ]
    facts = facts_for(
        order,
        asking_buyer=asking_buyer,
        storefront=order.storefront,
        seller=seller,
        requests=requests,
    )
    decision, hold = (
        decide(policy, facts, Request(ask=ask, reason_class=wish.reason_class), now)
        for ask in (wish.ask, Ask.HOLD)
    )
    written_at = _written_at(uow, policy, order)
    judgement = Judgement(decision, order, seller, policy, wish, None, written_at)
    return replace(judgement, offer=_offer(judgement, hold))


def _written_at(uow: UnitOfWork, policy: Policy, order: Order) -> datetime | None:
    """Return when the seller was written to (R0.15), where plain letters are all there is.

    Elsewhere a request has a life of its own, and may have been undone before it left.
    """
    if policy.cancel.actor is not CancelActor.SELLER or order.seller_id is None:
        return None
    return uow.parties.last_contact(order.seller_id, order.number)


_BY_OUTCOME = {
    Outcome.DO_NOW: CommandKind.CANCEL,
    Outcome.REVIEW: CommandKind.OPEN_CASE,
    Outcome.HANDOFF: CommandKind.OPEN_CASE,
}
_ASKED = {
    Ask.CANCEL: CommandKind.REQUEST_CANCEL,
    Ask.HOLD: CommandKind.ASK_HOLD,
    Ask.CONTACT_SELLER: CommandKind.CONTACT_SELLER,
}
# Other refusals are the end of the matter; these two offer the seller at once (R2.15).
_REFUSALS_WITH_A_WAY_ON = frozenset({"shipped", "delivered"})


def _offer(judgement: Judgement, hold: Decision) -> CommandKind | None:
    decision = judgement.decision
    match decision.outcome:
        case Outcome.SEND_REQUEST:
            return _ASKED[decision.ask]
        case Outcome.CONTACT_ONLY:
            return CommandKind.CONTACT_SELLER if judgement.can_write else CommandKind.OPEN_CASE
        case Outcome.WAIT_UNTIL:
            possible = hold.outcome is Outcome.SEND_REQUEST and judgement.can_write
            return CommandKind.ASK_HOLD if possible else None
        case Outcome.REFUSE:
            way_on = decision.reason_code in _REFUSALS_WITH_A_WAY_ON and judgement.can_write
            offered = Alternative.CONTACT_SELLER in decision.alternatives
            return CommandKind.CONTACT_SELLER if way_on and offered else None
        case _:
            return _BY_OUTCOME.get(decision.outcome)


def keep(wiring: Wiring, uow: UnitOfWork, call: Call, judgement: Judgement) -> str:
    """Store the decision that is about to be shown; return its id."""
    decision_id = wiring.new_id()
    uow.commands.add_decision(
        decision_id,
        judgement.decision,
        at=call.now,
        order_number=judgement.order.number,
        conversation_id=call.conversation_id,
        request={
            "ask": judgement.wish.ask.value,
            "reason_class": judgement.wish.reason_class.value,
            "reason_text": judgement.wish.reason_text,
        },
    )
    return decision_id
