"""The card beside a conversation at an outside desk: the order, and what the policy decided."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from aftersale.domain.conversations import Conversation
from aftersale.domain.desk import DeskUser, Role
from aftersale.domain.guests import may_hear
from aftersale.domain.orders import Order
from aftersale.errors import NotFound, TokenInvalid
from aftersale.policy.codes import REASON_CODES
from aftersale.services.conversations import identity_of
from aftersale.services.desk.reads import note_read
from aftersale.services.order_card import order_card
from aftersale.services.outside_desk.card_tokens import CardTokens
from aftersale.services.ports import StoredDecision, UnitOfWork
from aftersale.services.wiring import Wiring

_DECISIONS = 3
_READER = DeskUser("outside-desk", "Outside desk", Role.AGENT)


class Cards:
    """Shows what belongs to one handoff, to whoever holds a token of ours for it."""

    def __init__(self, wiring: Wiring, tokens: CardTokens) -> None:
        self._wiring, self._tokens = wiring, tokens

    def show(self, token: str, ref: str, now: datetime) -> dict[str, Any]:
        """Return the card as JSON; reading it is written down.

        The token was minted here and put beside the conversation through the desk's interface;
        `ref` is the conversation that the page believes to show, and must be the token's.

        Raises:
            TokenInvalid: the token opens nothing, or another conversation.
        """
        handoff_id = self._tokens.opens(token, now)
        with self._wiring.uow() as uow:
            link = uow.desk_links.get(handoff_id) if handoff_id else None
            if link is None or link.ref != ref:
                raise TokenInvalid("This card is over; open the conversation anew.")
            conversation = uow.conversations.get(link.conversation_id)
            handoff = uow.handoffs.get(link.handoff_id)
            if conversation is None or handoff is None:
                raise NotFound("There is no such conversation.")
            decisions = uow.inbox.decisions_of(link.conversation_id, limit=_DECISIONS)
            named = [handoff.order_number, *(each.order_number for each in decisions)]
            order = _order(uow, conversation, named)
            self._written_down(uow, conversation, order, now)
            uow.commit()
        return {
            "verified": identity_of(conversation, now).buyer_id is not None,
            "reason": handoff.reason.value,
            "case": handoff.case_number,
            "order": self._order_shown(conversation, order, now) if order else None,
            "decisions": [decision_shown(each) for each in decisions],
        }

    def _written_down(
        self, uow: UnitOfWork, conversation: Conversation, order: Order | None, now: datetime
    ) -> None:
        own = conversation.conversation_id
        subject = f"conversation:{own}"
        note_read(uow, _READER, "conversation.read", subject, now=now, conversation_id=own)
        if order is not None:
            subject = f"order:{order.storefront}/{order.number}"
            note_read(uow, _READER, "order.read", subject, now=now, conversation_id=own)

    def _order_shown(
        self, conversation: Conversation, order: Order, now: datetime
    ) -> dict[str, Any]:
        """Return the card in words, in the storefront's voice."""
        card = order_card(order, self._wiring.policy(order.storefront))
        blocks, _ = self._wiring.voice.say(
            "utter_card_beside", {"blocks": [card]}, conversation=conversation, now=now
        )
        said = "\n".join(str(b["fallback"]) for b in blocks if b["type"] == "order_card")
        return {"number": order.number, "lines": said.splitlines()}


def _order(
    uow: UnitOfWork, conversation: Conversation, named: Sequence[str | None]
) -> Order | None:
    """Return the first order named that the conversation may hear of."""
    for number in dict.fromkeys(each for each in named if each):
        order = uow.orders.find(conversation.storefront, number)
        if order is not None and may_hear(conversation, order):
            return order
    return None


def decision_shown(stored: StoredDecision) -> dict[str, Any]:
    """Return a decision as JSON: its rules, each with its facts."""
    decision = stored.decision
    return {
        "at": stored.at.isoformat(),
        "order": stored.order_number,
        "ask": str(decision.get("ask", "")),
        "outcome": stored.outcome,
        "reason_code": stored.reason_code,
        "reason": REASON_CODES.get(stored.reason_code, stored.reason_code),
        "policy_version": stored.policy_version,
        "rules": [
            {
                "name": str(each.get("rule", "")),
                "verdict": str(each.get("outcome", "")),
                "code": str(each.get("code") or ""),
                "facts": _facts(each),
            }
            for each in decision.get("verdicts", ())
        ],
        "facts": _facts(decision),
    }


def _facts(said: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in (said.get("facts") or {}).items()}
