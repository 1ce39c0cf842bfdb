"""A yes on its way to its effect, and what every effect has in common."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aftersale.domain.orders import Order
from aftersale.domain.parties import Seller
from aftersale.domain.requests import OrderRequest, PendingCommand, RequestKind, RequestState
from aftersale.services.call import Call
from aftersale.services.deciding import Judgement
from aftersale.services.letters import issue_of
from aftersale.services.reply import Reply, choice
from aftersale.services.terms import open_lines, order_variables
from aftersale.services.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Deed:
    """Everything an effect needs: who said yes, to which command, on which decision of now."""

    call: Call
    command: PendingCommand
    judgement: Judgement
    agent: str | None = None  # whoever carries it out for the buyer, after a case about it
    case_number: str | None = None

    @property
    def by(self) -> str:
        """Who does it, for the audit."""
        return f"agent:{self.agent}" if self.agent else f"buyer:{self.judgement.order.buyer_id}"

    @property
    def wanted_by(self) -> str:
        """Whose wish it is: the buyer's own yes, or that of somebody here who acts for them."""
        return f"buyer:{self.judgement.order.buyer_id}" if self.case_number else self.by

    @property
    def key(self) -> str:
        """The idempotency key of whatever leaves."""
        return self.command.command_id

    @property
    def undo_until(self) -> datetime:
        """Until when the effect waits, so that it can still be taken back."""
        return self.call.now + timedelta(seconds=self.undo_seconds)

    @property
    def undo_seconds(self) -> int:
        """How long the buyer can take it back; what a person carried out they cannot."""
        return 0 if self.agent else self.judgement.policy.undo_window

    @property
    def seller(self) -> Seller:
        """The seller a letter was offered to."""
        if self.judgement.seller is None:
            raise ValueError("A letter was offered although the order has no seller.")
        return self.judgement.seller


def request_of(
    wiring: Wiring, deed: Deed, kind: RequestKind, *, actor: str, due_by: datetime | None
) -> OrderRequest:
    """Return the request that carries the wish; one open cancellation per line by the store."""
    order = deed.judgement.order
    return OrderRequest(
        request_id=wiring.new_id(),
        kind=kind,
        state=RequestState.SENT,
        storefront=order.storefront,
        order_number=order.number,
        line_ids=deed.judgement.wish.line_ids or open_lines(order),
        actor=actor,
        conversation_id=deed.call.conversation_id,
        created_at=deed.call.now,
        due_by=due_by,
        idempotency_key=deed.key,
        decision_id=deed.command.decision_id,
        reason=issue_of(wiring, deed.judgement.wish, deed.command.kind, order.storefront),
        case_number=deed.case_number,
    )


def done_reply(
    deed: Deed,
    order: Order,
    response: str,
    *more: str,
    undo: bool = True,
) -> Reply:
    """Return what a carried-out yes says; `more` are intents to offer beside the undo."""
    judgement = deed.judgement
    seconds = deed.undo_seconds if undo else 0
    intents = [*(["undo_cancel"] if seconds else []), *more]
    variables: dict[str, Any] = {
        **order_variables(order, judgement.seller, judgement.policy, judgement.wish.line_ids),
        "payment": order.payment.display,
        "undo_seconds": seconds,
        "choices": [choice(intent, order_number=order.number) for intent in intents],
    }
    return Reply(response, variables, {"last_order": order.number})
