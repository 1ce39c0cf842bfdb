"""Submits a return after the yes: a case for review, or the seller's own with a letter to them."""

from typing import Any

from aftersale.domain.cases import (
    OPEN_CASES,
    Case,
    CaseEntry,
    CaseOwner,
    CaseType,
    Evidence,
    IssueType,
    Role,
)
from aftersale.domain.orders import Order
from aftersale.policy.problem_knobs import ReturnModel
from aftersale.services.call import Call
from aftersale.services.cases import Matter, file_case
from aftersale.services.deciding import Judgement
from aftersale.services.offers import promise_row
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice, say, time
from aftersale.services.seller_post import Errand, send
from aftersale.services.terms import order_variables
from aftersale.services.wiring import Wiring

_OWNERS = {ReturnModel.LIMITED: CaseOwner.PLATFORM, ReturnModel.TOOL_REVIEW: CaseOwner.AGENT}
_REQUESTS = frozenset({CaseType.RETURN_REQUEST, CaseType.REFUND_REQUEST})


def owner_of(judgement: Judgement) -> CaseOwner:
    """Return who looks at it: the seller where their terms decide and a letter reaches them."""
    if judgement.decision.reason_code == "return_seller_terms" and judgement.can_write:
        return CaseOwner.SELLER
    return _OWNERS.get(judgement.policy.returns.model, CaseOwner.AGENT)


def open_request(uow: UnitOfWork, order: Order, line_ids: tuple[str, ...]) -> Case | None:
    """Return the open case in which one of these lines was asked for already."""
    for case in uow.cases.of_buyer(order.storefront, order.buyer_id):
        same = case.order_number == order.number and case.type in _REQUESTS
        overlaps = not case.line_ids or not line_ids or set(case.line_ids) & set(line_ids)
        if same and overlaps and case.state in OPEN_CASES:
            return case
    return None


def already(case: Case) -> Reply:
    """Say that it was submitted before, and where it is."""
    ways = [choice(intent, case_number=case.number) for intent in ("case_status", "add_to_case")]
    variables = {"case_number": case.number, "number": case.order_number, "choices": ways}
    return Reply("utter_return_already", variables, {"last_order": case.order_number})


def file_return(
    wiring: Wiring,
    uow: UnitOfWork,
    call: Call,
    judgement: Judgement,
    *,
    key: str,
    by: str | None = None,
) -> Reply:
    """Open the case, with the lines, the reason, the wish and what was sent along.

    `by`: who asks for it in the buyer's stead; None: the buyer.
    """
    order, wish, owner = judgement.order, judgement.wish, owner_of(judgement)
    uow.orders.locked(order.storefront, order.number)  # one tab after the other
    if known := open_request(uow, order, wish.line_ids):
        return already(known)
    photos = tuple(each.attachment_id for each in uow.attachments.loose(call.conversation_id))
    matter = Matter(
        type=CaseType.RETURN_REQUEST,
        key=key,
        storefront=order.storefront,
        subject=judgement.decision.reason_code,
        text=wish.reason_text or "",
        buyer_id=order.buyer_id,
        order=order,
        conversation_id=call.conversation_id,
        owner=owner,
        by=by or f"buyer:{order.buyer_id}",
        issue=IssueType.DEFECTIVE if wish.defective else None,
        line_ids=wish.line_ids,
        description=wish.reason_text,
        resolution=wish.resolution,
        evidence=Evidence.GIVEN if photos else wish.evidence,
        attachments=photos,
    )
    case = file_case(wiring, uow, matter, now=call.now)
    _note_condition(wiring, uow, judgement, case)
    for promise in judgement.decision.promises:
        uow.ledger.promise(promise_row(wiring, call, order.number, promise))
    if owner is CaseOwner.SELLER:
        _write(wiring, uow, call, judgement, case=case)
    return _filed(judgement, case)


def _note_condition(wiring: Wiring, uow: UnitOfWork, judgement: Judgement, case: Case) -> None:
    """Put what was answered about the goods into the thread, for whoever reviews it."""
    wish = judgement.wish
    said = {name: _word(getattr(wish, name)) for name in ("defective", "opened", "as_listed")}
    if not any(said.values()):
        return
    text = wiring.voice.plain(
        "desk_return_condition", said, storefront=case.storefront, locale="en", timezone="UTC"
    )
    uow.cases.add_entry(CaseEntry(case.number, case.created_at, "system", text, Role.BOT))


def _word(answer: bool | None) -> dict[str, str] | None:
    return None if answer is None else say("word_yes" if answer else "word_no")


def _filed(judgement: Judgement, case: Case) -> Reply:
    order = judgement.order
    variables = {
        **order_variables(order, judgement.seller, judgement.policy, judgement.wish.line_ids),
        "case_number": case.number,
        "ack_due_by": time(case.ack_due_by),
        "choices": [],
    }
    return Reply(f"utter_return_filed_{case.owner.value}", variables, {"last_order": order.number})


def _write(
    wiring: Wiring, uow: UnitOfWork, call: Call, judgement: Judgement, *, case: Case
) -> None:
    if judgement.seller is None:
        raise ValueError("A letter was offered although the order has no seller.")
    order, wish = judgement.order, judgement.wish
    said: dict[str, Any] = {
        "goods": [line.name for line in order.lines if line.line_id in wish.line_ids],
        "words": wish.reason_text,
        "resolution": say(f"resolution_{wish.resolution}") if wish.resolution else None,
    }
    text = wiring.voice.plain(
        "letter_return", said, storefront=order.storefront, locale="en", timezone="UTC"
    )
    errand = Errand(
        key=case.idempotency_key or case.number,
        seller=judgement.seller,
        template="mail_return",
        text=text,
        conversation_id=call.conversation_id,
        buyer_id=order.buyer_id,
        order=order,
        case_number=case.number,
    )
    send(wiring, uow, errand, now=call.now, not_before=call.now)
