"""What an agent should know before they answer: who asks, what about, what was decided and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aftersale.domain.cases import Case, IssueType, Resolution
from aftersale.domain.conversations import Conversation
from aftersale.domain.desk import DeskUser
from aftersale.domain.guests import guest_id
from aftersale.domain.handoffs import Handoff
from aftersale.domain.orders import Order, ReasonClass
from aftersale.domain.parties import Buyer
from aftersale.domain.requests import Promise
from aftersale.policy.decision import Ask, Decision
from aftersale.policy.question import Question
from aftersale.policy.what_if import Change, changes
from aftersale.services.deciding import Wish, judge
from aftersale.services.desk.reads import note_read
from aftersale.services.desk.visible import visible
from aftersale.services.order_card import order_card
from aftersale.services.ports import UnitOfWork
from aftersale.services.ports_inbox import OtherTalk, Understood
from aftersale.services.stored_decision import StoredDecision
from aftersale.services.wiring import Wiring

ORDERS = 5
DECISIONS = 5  # of different wishes; of the same wish the newest
_LOOKED_AT = 30  # decisions among which those are found
MESSAGES = 12  # whose understanding is shown
CASES = 10
OTHERS = 8


@dataclass(frozen=True, slots=True)
class Explained:
    """A past decision, what the policy says to the same wish now, and what would change that."""

    stored: StoredDecision
    now: Decision | None  # None: the order is not there any more
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """Everything around a conversation but what the engine remembers."""

    conversation: Conversation
    buyer: Buyer | None
    cards: Sequence[dict[str, Any]]
    decisions: Sequence[Explained]
    understood: Sequence[Understood]
    promises: Sequence[Promise]
    cases: Sequence[Case]
    handoff: Handoff | None
    others: Sequence[OtherTalk] = ()  # of the same buyer, wherever they wrote


class DeskContext:
    """Reads it in one transaction; changes nothing but the audit."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def of(self, who: DeskUser, conversation_id: str, now: datetime) -> Context:
        """Return the context of a conversation; the read of it and of its orders is written down.

        Raises:
            NotFound: there is none that the person may see.
        """
        with self._wiring.uow() as uow:
            conversation = visible(uow, who, conversation_id)
            found = self._read(uow, conversation, now)
            others = (each.conversation.conversation_id for each in found.others)
            for read in (conversation_id, *others):
                subject = f"conversation:{read}"
                note_read(uow, who, "conversation.read", subject, now=now, conversation_id=read)
            for card in found.cards:
                order = f"order:{conversation.storefront}/{card['number']}"
                note_read(uow, who, "order.read", order, now=now, conversation_id=conversation_id)
            uow.commit()
        return found

    def _read(self, uow: UnitOfWork, conversation: Conversation, now: datetime) -> Context:
        own, storefront = conversation.conversation_id, conversation.storefront
        handoff = uow.handoffs.last_of(own)
        promised = uow.ledger.made_to(
            storefront, conversation_id=own, buyer_id=conversation.buyer_id
        )
        orders = _orders(uow, conversation, handoff)
        return Context(
            conversation=conversation,
            buyer=uow.parties.buyer(conversation.buyer_id) if conversation.buyer_id else None,
            cards=[self._card(order, conversation, now) for order in orders],
            decisions=[self._explained(uow, conversation, each, now) for each in _asked(uow, own)],
            understood=uow.inbox.understood(own, limit=MESSAGES),
            promises=[each for each in promised if each.kept_at is None],
            cases=_cases(uow, conversation),
            handoff=handoff,
            others=uow.inbox.others_of(conversation, limit=OTHERS),
        )

    def _card(self, order: Order, conversation: Conversation, now: datetime) -> dict[str, Any]:
        """Return the card that the buyer would see, in the desk's language."""
        card = order_card(order, self._wiring.policy(order.storefront))
        blocks, _ = self._wiring.voice.say(
            "utter_order_details",
            {"number": order.number, "tab": card["tab"], "choices": [], "blocks": [card]},
            conversation=replace(conversation, locale="en"),
            now=now,
        )
        return next(block for block in blocks if block["type"] == "order_card")

    def _explained(
        self, uow: UnitOfWork, conversation: Conversation, stored: StoredDecision, now: datetime
    ) -> Explained:
        number = stored.order_number
        order = uow.orders.find(stored.storefront, number) if number else None
        if order is None:
            return Explained(stored, None)
        asking = conversation.buyer_id
        if asking is None and conversation.guest_order == number:
            asking = guest_id(order.storefront, order.number)
        wish = _wish(stored)
        judged = judge(self._wiring, uow, order, wish, asking_buyer=asking, now=now)
        if judged.facts is None:
            return Explained(stored, judged.decision)
        question = Question(judged.policy, judged.facts, wish.request(wish.ask), now)
        return Explained(stored, judged.decision, changes(question))


def _orders(uow: UnitOfWork, conversation: Conversation, handoff: Handoff | None) -> list[Order]:
    """Return the orders it can be about: what was handed over first, then the newest."""
    storefront = conversation.storefront
    named = [handoff.order_number if handoff else None, conversation.guest_order]
    found = [uow.orders.find(storefront, number) for number in named if number]
    if conversation.buyer_id:
        found += uow.orders.of_buyer(storefront, conversation.buyer_id, limit=ORDERS)
    return list({order.number: order for order in found if order}.values())[:ORDERS]


def _asked(uow: UnitOfWork, conversation_id: str) -> Iterable[StoredDecision]:
    """Return the newest decision of each wish, newest first."""
    newest: dict[tuple[str | None, str], StoredDecision] = {}
    for each in uow.inbox.decisions_of(conversation_id, limit=_LOOKED_AT):
        newest.setdefault((each.order_number, str(each.decision.get("ask"))), each)
    return list(newest.values())[:DECISIONS]


def _cases(uow: UnitOfWork, conversation: Conversation) -> list[Case]:
    found = list(uow.cases.of_conversation(conversation.conversation_id))
    if conversation.buyer_id:
        found += uow.cases.of_buyer(conversation.storefront, conversation.buyer_id, limit=CASES)
    unique = {case.number: case for case in found}
    return sorted(unique.values(), key=lambda case: case.created_at, reverse=True)[:CASES]


def _wish(stored: StoredDecision) -> Wish:
    """Return the wish as it was written down with the decision."""
    said = stored.request
    issue, resolution = said.get("issue"), said.get("resolution")
    return Wish(
        ask=Ask(stored.decision["ask"]),
        reason_class=ReasonClass(said.get("reason_class") or ReasonClass.UNKNOWN),
        reason_text=said.get("reason_text"),
        line_ids=tuple(said.get("line_ids") or ()),
        issue=IssueType(issue) if issue else None,
        resolution=Resolution(resolution) if resolution else None,
        opened=said.get("opened"),
        defective=said.get("defective"),
        as_listed=said.get("as_listed"),
        case_number=said.get("case_number"),
    )
