"""Show a decision and write down what a yes to it would do."""

from dataclasses import asdict, replace
from typing import Any

from aftersale.domain.cases import Evidence, IssueType, Resolution
from aftersale.domain.orders import ReasonClass
from aftersale.domain.requests import CommandState, PendingCommand, Promise
from aftersale.policy.decision import Ask, Outcome, PromiseMade
from aftersale.services.call import Call
from aftersale.services.deciding import Judgement, Wish, keep
from aftersale.services.handoff.room import Room, standing
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice
from aftersale.services.terms import (
    cancel_choices,
    cancel_response,
    cancel_variables,
    fingerprint,
    terms_of,
)
from aftersale.services.wiring import OFFER_LASTS, Wiring

_UP_TO_A_PERSON = frozenset({Outcome.REVIEW, Outcome.HANDOFF})
AGAIN = {
    "changed": "notice_terms_changed",
    "expired": "notice_offer_expired",
    "unsure": "notice_unsure",
}


def show(
    wiring: Wiring, uow: UnitOfWork, call: Call, judgement: Judgement, *, again: str | None = None
) -> Reply:
    """Store the decision and, if a yes would do something, the pending command; return the reply.

    Whatever waited for a yes before is superseded. `again` says why the buyer sees it once more.
    """
    decision_id = keep(wiring, uow, call, judgement)
    supersede(uow, call)
    if judgement.decision.outcome is Outcome.AUTO_AT:
        _promise_once(wiring, uow, call, judgement)
    command_id = wiring.new_id()
    if judgement.offer:
        uow.commands.add(_pending(call, judgement, command_id, decision_id))
    variables = cancel_variables(judgement) | {
        "choices": [*cancel_choices(judgement, command_id), *_person(uow, call, judgement)],
        "blocks": [_notice(again)] if again else [],
    }
    if again:
        variables["shown_again"] = again
    number = judgement.order.number
    return Reply(
        cancel_response(judgement),
        variables,
        {"order_ref": number, "last_order": number},
        done=judgement.offer is None,
    )


def _person(uow: UnitOfWork, call: Call, judgement: Judgement) -> list[dict[str, Any]]:
    """Return the way to a person, where the rules leave it to one and somebody is there."""
    if judgement.decision.outcome not in _UP_TO_A_PERSON:
        return []
    is_free = standing(uow, judgement.policy, call.now).room is Room.FREE
    return [choice("talk_to_human")] if is_free else []


def supersede(uow: UnitOfWork, call: Call) -> None:
    """Close whatever waited for a yes: the buyer is being shown something else."""
    lapse(uow, call.conversation_id)


def lapse(uow: UnitOfWork, conversation_id: str) -> None:
    """Close whatever waits for a yes in the conversation: no later yes can mean it."""
    while command := uow.commands.open_for(conversation_id):
        if not uow.commands.move(replace(command, state=CommandState.SUPERSEDED)):
            return


def _promise_once(wiring: Wiring, uow: UnitOfWork, call: Call, judgement: Judgement) -> None:
    """Keep what is promised by a statement; a second telling of it promises nothing new."""
    number = judgement.order.number
    made = {
        (promise.order_number, promise.code, promise.due_at)
        for promise in uow.ledger.promises(call.conversation_id)
    }
    for promise in judgement.decision.promises:
        if (number, promise.code, promise.due_at) not in made:
            uow.ledger.promise(promise_row(wiring, call, number, promise))


def promise_row(wiring: Wiring, call: Call, number: str | None, promise: PromiseMade) -> Promise:
    """Return a promise of the policy as the ledger keeps it."""
    return Promise(
        promise_id=wiring.new_id(),
        conversation_id=call.conversation_id,
        storefront=call.identity.storefront,
        order_number=number,
        code=promise.code,
        due_at=promise.due_at,
        made_at=call.now,
    )


def wish_of(command: PendingCommand) -> Wish:
    """Return the wish a pending command was made for."""
    said = command.terms["wish"]
    return Wish(
        ask=Ask(said["ask"]),
        reason_class=ReasonClass(said["reason_class"]),
        reason_text=said["reason_text"],
        line_ids=tuple(said.get("line_ids", ())),
        issue=IssueType(said["issue"]) if said.get("issue") else None,
        resolution=Resolution(said["resolution"]) if said.get("resolution") else None,
        opened=said.get("opened"),
        defective=said.get("defective"),
        as_listed=said.get("as_listed"),
        evidence=Evidence(said.get("evidence", Evidence.NOT_ASKED)),
        case_number=said.get("case_number"),
    )


def _pending(
    call: Call, judgement: Judgement, command_id: str, decision_id: str
) -> PendingCommand:
    if judgement.offer is None:
        raise ValueError("Nothing is offered, so nothing can wait for a yes.")
    shown = terms_of(judgement)
    return PendingCommand(
        command_id=command_id,
        conversation_id=call.conversation_id,
        kind=judgement.offer,
        state=CommandState.OPEN,
        storefront=judgement.order.storefront,
        order_number=judgement.order.number,
        decision_id=decision_id,
        order_version=judgement.order.version,
        terms_hash=fingerprint(shown),
        terms={"shown": shown, "wish": wish_terms(judgement.wish)},
        created_at=call.now,
        expires_at=call.now + OFFER_LASTS,
    )


def wish_terms(wish: Wish) -> dict[str, Any]:
    """Return a wish as JSON holds it: its enumerations are strings already."""
    return asdict(wish) | {"line_ids": list(wish.line_ids)}


def _notice(again: str) -> dict[str, str]:
    return {"type": "notice", "response": AGAIN[again]}
