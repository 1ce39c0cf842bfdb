"""Carry out what a buyer said yes to, inside the transaction of that yes. Nothing leaves here.

Every effect's outbox row carries the pending command's id as its idempotency key.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from aftersale.domain.cases import CaseOwner, CaseType
from aftersale.domain.moves import move
from aftersale.domain.orders import ORDER_MOVES, Order, OrderState
from aftersale.domain.parties import Seller
from aftersale.domain.requests import (
    AuditEntry,
    CommandKind,
    LinkPurpose,
    OneTimeLink,
    OrderRequest,
    OutboxKind,
    OutboxRow,
    PendingCommand,
    RequestKind,
    RequestState,
)
from aftersale.policy.decision import Alternative, MoneyMove
from aftersale.services.call import Call
from aftersale.services.cases import Matter, case_reply, file_case
from aftersale.services.deciding import Judgement
from aftersale.services.letters import Letter, issue_of, post
from aftersale.services.offers import promise_row
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice, time
from aftersale.services.terms import open_lines, order_variables
from aftersale.services.wiring import Wiring

_DONE = {
    MoneyMove.NONE: "utter_cancel_done_none",
    MoneyMove.RELEASE: "utter_cancel_done_release",
    MoneyMove.REFUND: "utter_cancel_done_refund",
    MoneyMove.UNKNOWN: "utter_cancel_done_seller_refunds",
}
_REFUND_CODES = frozenset({"paid_review", "received_review"})
# Long enough for a weekend; only where a storefront asks for consent but names no time.
_ANSWER_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Deed:
    """Everything an effect needs: who said yes, to which command, on which decision of now."""

    call: Call
    command: PendingCommand
    judgement: Judgement

    @property
    def key(self) -> str:
        """The idempotency key of whatever leaves."""
        return self.command.command_id

    @property
    def undo_until(self) -> datetime:
        """Until when the effect waits, so that it can still be taken back."""
        return self.call.now + timedelta(seconds=self.judgement.policy.undo_window)


def carry_out(wiring: Wiring, uow: UnitOfWork, deed: Deed) -> Reply:
    """Do what the command says and return how it is told."""
    reply = _EFFECTS[deed.command.kind](wiring, uow, deed)
    for promise in deed.judgement.decision.promises:
        number = deed.command.order_number
        uow.ledger.promise(promise_row(wiring, deed.call, number, promise))
    return reply


def _cancel(wiring: Wiring, uow: UnitOfWork, deed: Deed) -> Reply:
    order, now = deed.judgement.order, deed.call.now
    request = _request(wiring, deed, RequestKind.CANCELLATION, actor="buyer", due_by=None)
    uow.requests.add(request)
    saved = start_cancelling(uow, order, by=f"buyer:{order.buyer_id}", request=request, now=now)
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
    extra = [Alternative.REORDER] if _can(deed, Alternative.REORDER) else []
    return _done_reply(deed, saved, _DONE[deed.judgement.decision.money], extra)


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


def _request_cancel(wiring: Wiring, uow: UnitOfWork, deed: Deed) -> Reply:
    due = _answer_due(deed)
    request = _request(wiring, deed, RequestKind.CANCELLATION, actor="seller", due_by=due)
    uow.requests.add(request)
    _ask_seller(wiring, uow, deed, request, LinkPurpose.ANSWER_CANCELLATION)
    reply = _done_reply(deed, deed.judgement.order, "utter_request_sent")
    return replace(reply, variables=reply.variables | {"due": time(due)})


def _ask_hold(wiring: Wiring, uow: UnitOfWork, deed: Deed) -> Reply:
    due = _answer_due(deed)
    request = _request(wiring, deed, RequestKind.HOLD, actor="seller", due_by=due)
    uow.requests.add(request)
    _ask_seller(wiring, uow, deed, request, LinkPurpose.ANSWER_HOLD)
    reply = _done_reply(deed, deed.judgement.order, "utter_hold_sent")
    earliest = time(deed.judgement.decision.earliest)
    return replace(reply, variables=reply.variables | {"earliest": earliest})


_TEMPLATES = {
    LinkPurpose.ANSWER_CANCELLATION: "mail_consent_request",
    LinkPurpose.ANSWER_HOLD: "mail_hold_request",
}


def _ask_seller(
    wiring: Wiring, uow: UnitOfWork, deed: Deed, request: OrderRequest, purpose: LinkPurpose
) -> None:
    """Post the letter with its one-time link; the letter waits as long as it can be undone."""
    token = secrets.token_urlsafe(32)
    due = request.due_by or deed.call.now + _ANSWER_WITHIN
    uow.requests.add_link(
        OneTimeLink(
            token_hash=hash_token(token),
            purpose=purpose,
            subject_id=request.request_id,
            created_at=deed.call.now,
            expires_at=due,
        )
    )
    letter = Letter(
        template=_TEMPLATES[purpose],
        key=deed.key,
        seller=_seller(deed),
        order=deed.judgement.order,
        issue=request.reason or "",
        conversation_id=deed.call.conversation_id,
        show_number=False,  # suppliers see item, issue and first name only
        link=f"{wiring.base_url}/s/{token}",
        due=due,
    )
    post(wiring, uow, letter, now=deed.call.now, not_before=deed.undo_until)
    _log_contact(uow, deed)


def hash_token(token: str) -> str:
    """Return the only form in which a one-time token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def _contact_seller(wiring: Wiring, uow: UnitOfWork, deed: Deed) -> Reply:
    order = deed.judgement.order
    letter = Letter(
        template="mail_contact_seller",
        key=deed.key,
        seller=_seller(deed),
        order=order,
        issue=issue_of(wiring, deed.judgement.wish, order.storefront),
        conversation_id=deed.call.conversation_id,
        show_number=True,  # the seller of the order, written to in the buyer's name
    )
    post(wiring, uow, letter, now=deed.call.now, not_before=deed.call.now)
    _log_contact(uow, deed)
    return _done_reply(deed, order, "utter_contact_sent", undo=False)


def _open_case(wiring: Wiring, uow: UnitOfWork, deed: Deed) -> Reply:
    judgement = deed.judgement
    code = judgement.decision.reason_code
    refund = code in _REFUND_CODES
    matter = Matter(
        type=CaseType.REFUND_REQUEST if refund else CaseType.CANCELLATION_REVIEW,
        key=deed.key,
        storefront=judgement.order.storefront,
        subject=code,
        text=judgement.wish.reason_text or "",
        buyer_id=judgement.order.buyer_id,
        order=judgement.order,
        conversation_id=deed.call.conversation_id,
        owner=CaseOwner.AGENT,
        by=f"buyer:{judgement.order.buyer_id}",
    )
    return case_reply(file_case(wiring, uow, matter, now=deed.call.now))


_EFFECTS: dict[CommandKind, Callable[[Wiring, UnitOfWork, Deed], Reply]] = {
    CommandKind.CANCEL: _cancel,
    CommandKind.REQUEST_CANCEL: _request_cancel,
    CommandKind.ASK_HOLD: _ask_hold,
    CommandKind.CONTACT_SELLER: _contact_seller,
    CommandKind.OPEN_CASE: _open_case,
}


def _request(
    wiring: Wiring, deed: Deed, kind: RequestKind, *, actor: str, due_by: datetime | None
) -> OrderRequest:
    order = deed.judgement.order
    return OrderRequest(
        request_id=wiring.new_id(),
        kind=kind,
        state=RequestState.SENT,
        storefront=order.storefront,
        order_number=order.number,
        line_ids=open_lines(order),
        actor=actor,
        conversation_id=deed.call.conversation_id,
        created_at=deed.call.now,
        due_by=due_by,
        idempotency_key=deed.key,
        decision_id=deed.command.decision_id,
        reason=issue_of(wiring, deed.judgement.wish, order.storefront),
    )


def _answer_due(deed: Deed) -> datetime:
    within = deed.judgement.policy.consent_within
    return deed.call.now + (within.span if within else _ANSWER_WITHIN)


def _seller(deed: Deed) -> Seller:
    if deed.judgement.seller is None:
        raise ValueError("A letter was offered although the order has no seller.")
    return deed.judgement.seller


def _log_contact(uow: UnitOfWork, deed: Deed) -> None:
    uow.parties.log_contact(
        seller_id=_seller(deed).seller_id,
        storefront=deed.command.storefront,
        order_number=deed.command.order_number,
        at=deed.call.now,
        channel="mail",
        outcome="queued",
        conversation_id=deed.call.conversation_id,
    )


def _can(deed: Deed, alternative: Alternative) -> bool:
    return alternative in deed.judgement.decision.alternatives


def _done_reply(
    deed: Deed,
    order: Order,
    response: str,
    extra: list[Alternative] | None = None,
    *,
    undo: bool = True,
) -> Reply:
    judgement = deed.judgement
    seconds = judgement.policy.undo_window if undo else 0
    intents = (["undo_cancel"] if seconds else []) + [e.value for e in extra or []]
    variables: dict[str, Any] = {
        **order_variables(order, judgement.seller, judgement.policy),
        "payment": order.payment.display,
        "undo_seconds": seconds,
        "choices": [choice(intent, order_number=order.number) for intent in intents],
    }
    return Reply(response, variables, {"last_order": order.number})
