"""Files a problem after the yes: a case for whoever looks first, and a letter to the seller."""

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
from aftersale.domain.requests import PendingCommand
from aftersale.policy.business import due_by
from aftersale.services.call import Call
from aftersale.services.case_life.answering import invite
from aftersale.services.cases import Matter, file_case
from aftersale.services.deciding import Judgement
from aftersale.services.offers import promise_row
from aftersale.services.ports import UnitOfWork
from aftersale.services.problem_draft import Draft
from aftersale.services.reply import Reply, say, time
from aftersale.services.seller_post import Errand, send
from aftersale.services.terms import order_variables
from aftersale.services.wiring import Wiring

_OWNERS = {
    "problem_seller": CaseOwner.SELLER,
    "problem_leader": CaseOwner.LEADER,
    "problem_delay_leader": CaseOwner.LEADER,
    "problem_platform": CaseOwner.PLATFORM,
}
_FIRST_LINES = frozenset({CaseOwner.SELLER, CaseOwner.LEADER})


def owner_of(judgement: Judgement) -> CaseOwner:
    """Return who looks first; a person where nobody else is named."""
    return _OWNERS.get(judgement.decision.reason_code, CaseOwner.AGENT)


def goods_of(order: Order, line_ids: tuple[str, ...]) -> dict[str, Any]:
    """Return the names of the lines meant."""
    names = [line.name for line in order.lines if line.line_id in line_ids]
    return {"goods": names or None}


def open_case_about(
    uow: UnitOfWork, order: Order, issue: IssueType, line_ids: tuple[str, ...]
) -> Case | None:
    """Return the open case about the same matter, so that nobody files it twice."""
    for case in uow.cases.of_buyer(order.storefront, order.buyer_id):
        same = (case.order_number, case.issue) == (order.number, issue)
        if same and case.state in OPEN_CASES and set(case.line_ids) >= set(line_ids):
            return case
    return None


def file_problem(
    wiring: Wiring, uow: UnitOfWork, call: Call, judgement: Judgement, *, key: str
) -> Reply:
    """Open the case of whoever looks first; the seller gets the whole of it in a letter."""
    order, wish, owner = judgement.order, judgement.wish, owner_of(judgement)
    issue = wish.issue or IssueType.OTHER
    # Locked: another tab may report the same at this moment, and this one then finds its case.
    uow.orders.locked(order.storefront, order.number)
    known = open_case_about(uow, order, issue, wish.line_ids)
    if known:
        return _added(uow, call, judgement, known)
    photos = tuple(each.attachment_id for each in uow.attachments.loose(call.conversation_id))
    within = judgement.policy.problem.first_line_within
    due = due_by(judgement.policy, call.now, within) if within and owner in _FIRST_LINES else None
    matter = Matter(
        type=CaseType.PAYMENT_PROOF if issue is IssueType.PAYMENT_PROOF else CaseType.PROBLEM,
        key=key,
        storefront=order.storefront,
        subject=f"problem_{issue.value}",
        text=wish.reason_text or "",
        buyer_id=order.buyer_id,
        order=order,
        conversation_id=call.conversation_id,
        owner=owner,
        by=f"buyer:{order.buyer_id}",
        issue=issue,
        line_ids=wish.line_ids,
        description=wish.reason_text,
        resolution=wish.resolution,
        evidence=Evidence.GIVEN if photos else wish.evidence,
        first_line_due_by=due,
        attachments=photos,
    )
    case = file_case(wiring, uow, matter, now=call.now)
    for promise in judgement.decision.promises:
        uow.ledger.promise(promise_row(wiring, call, order.number, promise))
    if owner is CaseOwner.SELLER:
        _write(wiring, uow, call, judgement, case=case)
    if owner is CaseOwner.LEADER:
        invite(wiring, uow, case, now=call.now)
    return _filed(judgement, case)


def _filed(judgement: Judgement, case: Case) -> Reply:
    order = judgement.order
    variables = {
        **order_variables(order, judgement.seller, judgement.policy),
        "leader": order.leader_name,
        "case_number": case.number,
        "ack_due_by": time(case.ack_due_by),
        "choices": [],
    }
    return Reply(
        f"utter_problem_filed_{case.owner.value}", variables, {"last_order": order.number}
    )


def _added(uow: UnitOfWork, call: Call, judgement: Judgement, case: Case) -> Reply:
    """Put what is new into the case that is open already."""
    by, text = f"buyer:{judgement.order.buyer_id}", judgement.wish.reason_text or ""
    if text:
        uow.cases.add_entry(CaseEntry(case.number, call.now, by, text, Role.BUYER))
    photos = [each.attachment_id for each in uow.attachments.loose(call.conversation_id)]
    uow.attachments.bind(photos, case.number)
    return Reply("utter_already_case", {"case_number": case.number})


def _write(
    wiring: Wiring, uow: UnitOfWork, call: Call, judgement: Judgement, *, case: Case
) -> None:
    if judgement.seller is None:
        raise ValueError("A letter was offered although the order has no seller.")
    order, wish = judgement.order, judgement.wish
    said: dict[str, Any] = {
        **goods_of(order, wish.line_ids),
        "issue": say(f"issue_{wish.issue}"),
        "words": wish.reason_text,
        "resolution": say(f"resolution_{wish.resolution}") if wish.resolution else None,
    }
    text = wiring.voice.plain(
        "letter_problem", said, storefront=order.storefront, locale="en", timezone="UTC"
    )
    errand = Errand(
        key=case.idempotency_key or case.number,
        seller=judgement.seller,
        template="mail_problem",
        text=text,
        conversation_id=call.conversation_id,
        buyer_id=order.buyer_id,
        order=order,
        case_number=case.number,
    )
    send(wiring, uow, errand, now=call.now, not_before=call.now)


def file_ticket(wiring: Wiring, uow: UnitOfWork, call: Call, command: PendingCommand) -> Reply:
    """Open the ticket that belongs to no order (R3.8)."""
    draft = Draft.of(command.terms["draft"])
    if draft is None:
        raise ValueError("It was written by `propose_ticket`.")
    photos = tuple(each.attachment_id for each in uow.attachments.loose(call.conversation_id))
    matter = Matter(
        type=CaseType.PROBLEM,
        key=command.command_id,
        storefront=command.storefront,
        subject=f"problem_{draft.issue.value}",
        text=draft.text or "",
        buyer_id=call.identity.buyer_id,
        conversation_id=call.conversation_id,
        by=f"buyer:{call.identity.buyer_id or 'unverified'}",
        role=Role.BUYER,
        issue=draft.issue,
        item=draft.item or None,
        description=draft.text,
        resolution=draft.resolution,
        evidence=Evidence.GIVEN if photos else draft.evidence or Evidence.NOT_ASKED,
        attachments=photos,
    )
    case = file_case(wiring, uow, matter, now=call.now)
    variables: dict[str, Any] = {"case_number": case.number, "choices": []}
    variables["ack_due_by"] = time(case.ack_due_by)
    return Reply("utter_problem_filed_agent", variables)
