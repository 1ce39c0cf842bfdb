"""Ask the policy about one order inside a transaction, and keep what it answered."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aftersale.domain.cases import Evidence, IssueType, Resolution
from aftersale.domain.channels import LinkLevel
from aftersale.domain.guests import reads
from aftersale.domain.orders import Order, ReasonClass
from aftersale.domain.parties import Seller
from aftersale.domain.requests import CommandKind
from aftersale.policy.decide import decide
from aftersale.policy.decision import Alternative, Ask, Decision, Outcome
from aftersale.policy.facts import Facts, Request
from aftersale.policy.knobs import CancelActor, Policy
from aftersale.policy.problem_knobs import LaunchMode
from aftersale.services.call import Call
from aftersale.services.facts_read import read_facts
from aftersale.services.ports import UnitOfWork
from aftersale.services.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Wish:
    """What the buyer wants and why, as far as they said."""

    ask: Ask
    reason_class: ReasonClass = ReasonClass.UNKNOWN
    reason_text: str | None = None
    line_ids: tuple[str, ...] = ()  # empty: the whole order
    issue: IssueType | None = None
    resolution: Resolution | None = None
    opened: bool | None = None
    defective: bool | None = None
    as_listed: bool | None = None
    evidence: Evidence = Evidence.NOT_ASKED
    case_number: str | None = None  # of the case meant; None: the order's newest one

    def request(self, ask: Ask) -> Request:
        """Return what the policy is asked."""
        return Request(
            ask=ask,
            reason_class=self.reason_class,
            line_ids=self.line_ids,
            issue=self.issue,
            resolution=self.resolution,
            opened=self.opened,
            defective=self.defective,
            as_listed=self.as_listed,
        )


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
    facts: Facts | None = None  # what the decision rests on
    then: CommandKind | None = None  # what happens once a person, too, has said yes

    @property
    def can_write(self) -> bool:
        """Whether there is a seller whom a letter of ours reaches, and we may write."""
        reachable = self.seller is not None and self.seller.reachable
        live = self.policy.launch.mode(Ask.CONTACT_SELLER) is LaunchMode.ON
        return reachable and self.policy.contact.offered and live


def judge(
    wiring: Wiring,
    uow: UnitOfWork,
    order: Order,
    wish: Wish,
    *,
    asking_buyer: str | None,
    now: datetime,
    without: str | None = None,
    by_person: bool = False,
    linked: LinkLevel | None = None,
) -> Judgement:
    """Decide about `wish` for `order` now; `without` leaves one request out of the facts.

    `by_person`: somebody who works here carries it out, so launch controls hold nothing back.
    `linked`: how strongly the chat that is asked from is connected, where that is all.
    """
    policy = wiring.policy(order.storefront)
    if by_person:
        policy = replace(policy, launch=policy.launch.by_person())
    seller = uow.parties.seller(order.seller_id) if order.seller_id else None
    facts = read_facts(
        uow,
        order,
        asking_buyer=order.buyer_id if reads(asking_buyer, order) else asking_buyer,
        without=without,
        history=wish.ask in _BY_ASK,
        case_number=wish.case_number,
        linked=linked,
    )
    decision, hold = (
        decide(policy, facts, wish.request(ask), now) for ask in (wish.ask, Ask.HOLD)
    )
    written_at = _written_at(uow, policy, order)
    judgement = Judgement(decision, order, seller, policy, wish, None, written_at, facts)
    judgement = replace(judgement, offer=_offer(judgement, hold))
    if decision.reason_code != "launch_approve":
        return judgement
    asked = {"asking_buyer": asking_buyer, "without": without}
    confirmed = judge(wiring, uow, order, wish, **asked, now=now, by_person=True, linked=linked)
    return replace(judgement, then=confirmed.offer)


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
# What a yes does to a wish that is about what comes after an order.
_BY_ASK = {
    Ask.PROBLEM: CommandKind.REPORT_PROBLEM,
    Ask.RETURN: CommandKind.REQUEST_RETURN,
    Ask.REIMBURSE: CommandKind.ASK_REIMBURSEMENT,
    Ask.INTERVENE: CommandKind.ASK_INTERVENTION,
    Ask.ESCALATE: CommandKind.ESCALATE_CASE,
}
FILED_ASKS = frozenset(_BY_ASK)
_FILED = frozenset({Outcome.REVIEW, Outcome.SEND_REQUEST})
_FILED_WITH_SELLER = frozenset({"problem_seller", "return_seller_terms"})
_BY_A_PERSON = frozenset({"launch_off", "launch_approve"})
# Other refusals are the end of the matter; these two offer the seller at once (R2.15).
_REFUSALS_WITH_A_WAY_ON = frozenset({"shipped", "delivered"})


def _offer(judgement: Judgement, hold: Decision) -> CommandKind | None:
    decision = judgement.decision
    kind = _BY_ASK.get(decision.ask)
    filed = decision.outcome in _FILED or decision.reason_code in _FILED_WITH_SELLER
    if kind and filed and decision.reason_code not in _BY_A_PERSON:
        return kind
    match decision.outcome:
        case Outcome.SEND_REQUEST:
            return _ASKED[decision.ask]
        case Outcome.CONTACT_ONLY:
            return CommandKind.CONTACT_SELLER if judgement.can_write else CommandKind.OPEN_CASE
        case Outcome.WAIT_UNTIL:
            possible = hold.outcome is Outcome.SEND_REQUEST and judgement.can_write and not kind
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
            **_more(judgement.wish),
        },
    )
    return decision_id


def _more(wish: Wish) -> dict[str, Any]:
    """Return what a wish says beyond a cancellation's, as far as it was said."""
    said = {
        "line_ids": list(wish.line_ids) or None,
        "issue": wish.issue,
        "resolution": wish.resolution,
        "opened": wish.opened,
        "defective": wish.defective,
        "as_listed": wish.as_listed,
        "case_number": wish.case_number,
    }
    return {name: value for name, value in said.items() if value is not None}
