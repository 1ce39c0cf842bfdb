"""Carry out what a buyer said yes to, inside the transaction of that yes. Nothing leaves here.

Every effect's outbox row carries the pending command's id as its idempotency key.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from aftersale.domain.cases import Case, CaseOwner, CaseType
from aftersale.domain.moves import move
from aftersale.domain.orders import ORDER_MOVES, Order, OrderState
from aftersale.domain.requests import (
    AuditEntry,
    CommandKind,
    OrderRequest,
    OutboxKind,
    OutboxRow,
    RequestKind,
)
from aftersale.policy.decision import Alternative, MoneyMove
from aftersale.services.case_life.intervening import step_in
from aftersale.services.cases import Matter, case_reply, file_case
from aftersale.services.deciding import FILED_ASKS, Judgement
from aftersale.services.deed import Deed, done_reply, request_of
from aftersale.services.letters import issue_of
from aftersale.services.offers import promise_row
from aftersale.services.ports import UnitOfWork
from aftersale.services.reimbursing import file_reimbursement
from aftersale.services.reply import Reply, time
from aftersale.services.seller_letters import ask_hold, contact_seller, request_cancel
from aftersale.services.terms import open_lines
from aftersale.services.wiring import Wiring

_DONE = {
    MoneyMove.NONE: "utter_cancel_done_none",
    MoneyMove.RELEASE: "utter_cancel_done_release",
    MoneyMove.REFUND: "utter_cancel_done_refund",
    MoneyMove.UNKNOWN: "utter_cancel_done_seller_refunds",
}
_CASE_TYPES = {
    "paid_review": CaseType.REFUND_REQUEST,
    "received_review": CaseType.REFUND_REQUEST,
    "launch_approve": CaseType.LAUNCH_APPROVAL,
}


def carry_out(wiring: Wiring, uow: UnitOfWork, deed: Deed) -> Reply:
    """Do what the command says and return how it is told."""
    if known := _open_already(uow, deed):
        return Reply("utter_already_case", {"case_number": known.number})
    reply = _EFFECTS[deed.command.kind](wiring, uow, deed)
    for promise in deed.judgement.decision.promises:
        number = deed.command.order_number
        uow.ledger.promise(promise_row(wiring, deed.call, number, promise))
    return reply


def _open_already(uow: UnitOfWork, deed: Deed) -> Case | None:
    """Return the case that an earlier yes about the same matter opened and nobody decided."""
    if deed.command.kind is not CommandKind.OPEN_CASE:
        return None
    order = deed.judgement.order
    uow.orders.locked(order.storefront, order.number)  # one tab after the other
    return uow.cases.open_about(order.storefront, order.number, _subject(deed.judgement))


def _cancel(wiring: Wiring, uow: UnitOfWork, deed: Deed) -> Reply:
    order, now = deed.judgement.order, deed.call.now
    who = "platform" if deed.agent else "buyer"
    request = request_of(wiring, deed, RequestKind.CANCELLATION, actor=who, due_by=None)
    uow.requests.add(request)
    saved = start_cancelling(uow, order, by=deed.by, request=request, now=now)
    uow.outbox.add(
        shop_cancel(
            wiring,
            request,
            key=deed.key,
            money=deed.judgement.decision.money,
            now=now,
            not_before=deed.undo_until,
        )
    )
    decision = deed.judgement.decision
    more = ["reorder"] if Alternative.REORDER in decision.alternatives else []
    response = _DONE[decision.money]
    if set(request.line_ids) != set(open_lines(order)):
        response = response.replace("utter_cancel_done", "utter_lines_cancel_done")
    return done_reply(deed, saved, response, *more)


def start_cancelling(
    uow: UnitOfWork, order: Order, *, by: str, request: OrderRequest, now: datetime
) -> Order:
    """Move the order to `cancelling`, where it stays until the shop answers."""
    state = move(ORDER_MOVES, "order", order.state, OrderState.CANCELLING)
    audit = AuditEntry(
        at=now,
        actor=by,
        action="order.cancelling",
        subject=f"order:{order.storefront}/{order.number}",
        before={"state": order.state.value},
        after={"state": state.value, "request_id": request.request_id},
        conversation_id=request.conversation_id,
    )
    return uow.orders.save(replace(order, state=state), audit=audit)


def shop_cancel(
    wiring: Wiring,
    request: OrderRequest,
    *,
    key: str,
    money: MoneyMove,
    now: datetime,
    not_before: datetime,
) -> OutboxRow:
    """Return the command to the shop; its payload is what the acknowledgement will need."""
    return OutboxRow(
        outbox_id=wiring.new_id(),
        kind=OutboxKind.SHOP_CANCEL,
        idempotency_key=key,
        payload={
            "storefront": request.storefront,
            "number": request.order_number,
            "line_ids": list(request.line_ids),
            "request_id": request.request_id,
            "conversation_id": request.conversation_id,
            "money": money.value,
        },
        not_before=not_before,
        created_at=now,
    )


def _open_case(wiring: Wiring, uow: UnitOfWork, deed: Deed) -> Reply:
    judgement = deed.judgement
    order = judgement.order
    request = judgement.wish.ask in FILED_ASKS
    other = CaseType.TICKET if request else CaseType.CANCELLATION_REVIEW
    kind = _CASE_TYPES.get(judgement.decision.reason_code, other)
    matter = Matter(
        type=kind,
        key=deed.key,
        storefront=order.storefront,
        subject=_subject(judgement),
        text=judgement.wish.reason_text
        or issue_of(wiring, judgement.wish, CommandKind.OPEN_CASE, order.storefront),
        buyer_id=order.buyer_id,
        order=order,
        conversation_id=deed.call.conversation_id,
        owner=CaseOwner.AGENT,
        by=deed.wanted_by,
        line_ids=judgement.wish.line_ids,
    )
    case = file_case(wiring, uow, matter, now=deed.call.now)
    return _approval_reply(case) if kind is CaseType.LAUNCH_APPROVAL else case_reply(case)


def _subject(judgement: Judgement) -> str:
    """Return what the case is about: the same code means another matter after another wish."""
    code, ask = judgement.decision.reason_code, judgement.wish.ask
    if code == "launch_approve":
        return f"approve_{ask}"
    return f"{ask}_{code}" if ask in FILED_ASKS else code


def _approval_reply(case: Case) -> Reply:
    variables = {
        "case_number": case.number,
        "number": case.order_number,
        "ack_due_by": time(case.ack_due_by),
    }
    return Reply("utter_approval_filed", variables)


_EFFECTS: dict[CommandKind, Callable[[Wiring, UnitOfWork, Deed], Reply]] = {
    CommandKind.CANCEL: _cancel,
    CommandKind.REQUEST_CANCEL: request_cancel,
    CommandKind.ASK_HOLD: ask_hold,
    CommandKind.CONTACT_SELLER: contact_seller,
    CommandKind.OPEN_CASE: _open_case,
    CommandKind.ASK_INTERVENTION: step_in,
    CommandKind.ASK_REIMBURSEMENT: file_reimbursement,
}
