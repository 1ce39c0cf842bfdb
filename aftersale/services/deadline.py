"""Say until when an order can be cancelled, or why it cannot. Proposes nothing."""

from aftersale.domain.requests import CommandKind
from aftersale.policy.decision import Outcome
from aftersale.services.call import Call, OrderHint
from aftersale.services.deciding import Judgement, keep
from aftersale.services.one_order import judge_one
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice
from aftersale.services.terms import alternatives, cancel_response, cancel_variables
from aftersale.services.wiring import Wiring

_NAMES = {
    Outcome.SEND_REQUEST: "utter_deadline_request",
    Outcome.WAIT_UNTIL: "utter_deadline_from",
    Outcome.AUTO_AT: "utter_deadline_auto",
    Outcome.CONTACT_ONLY: "utter_deadline_seller",
    Outcome.REVIEW: "utter_deadline_review",
    Outcome.HANDOFF: "utter_deadline_unstated",
}
_NEXT = {
    CommandKind.CONTACT_SELLER: "contact_seller",
    CommandKind.OPEN_CASE: "open_case",
    CommandKind.CANCEL: "cancel_order",
    CommandKind.REQUEST_CANCEL: "cancel_order",
    CommandKind.ASK_HOLD: "ask_hold",
}


def deadline_reply(wiring: Wiring, uow: UnitOfWork, call: Call, hint: OrderHint) -> Reply:
    """Return the answer inside the caller's transaction, which keeps the decision."""
    judgement = judge_one(wiring, uow, call, hint=hint)
    if isinstance(judgement, Reply):
        return judgement
    keep(wiring, uow, call, judgement)
    variables = cancel_variables(judgement) | {"choices": _choices(judgement), "blocks": []}
    slots = {"last_order": judgement.order.number}
    return Reply(_response(judgement), variables, slots)


def _response(judgement: Judgement) -> str:
    outcome = judgement.decision.outcome
    if outcome is Outcome.DO_NOW:
        return "utter_deadline_until" if judgement.decision.latest else "utter_deadline_while"
    if outcome is Outcome.REFUSE:
        # proposed, a refusal that offers the seller is a question; here it stays a statement
        code = judgement.decision.reason_code
        return f"utter_deadline_{code}" if judgement.offer else cancel_response(judgement)
    return _NAMES[outcome]


def _choices(judgement: Judgement) -> list[dict[str, object]]:
    number = judgement.order.number
    first = (
        [choice(_NEXT[judgement.offer], order_number=number)]
        if judgement.offer is not None
        else []
    )
    return first + [button for button in alternatives(judgement) if button not in first]
