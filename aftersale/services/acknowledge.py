"""What follows when the shop has answered, or nobody has, inside a transaction.

Each function may be called again with the same answer: only the first one changes anything.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from aftersale.domain.cases import CaseType
from aftersale.domain.moves import move
from aftersale.domain.orders import ORDER_MOVES, Order, OrderState
from aftersale.domain.requests import (
    OPEN_REQUESTS,
    REQUEST_MOVES,
    AuditEntry,
    OrderRequest,
    Promise,
    RequestKind,
    RequestState,
)
from aftersale.services.outcomes import audit_order, matter_of, open_and_tell
from aftersale.services.ports import UnitOfWork
from aftersale.services.refunds import money_back
from aftersale.services.reply import money
from aftersale.services.telling import tell
from aftersale.services.terms import amount_of
from aftersale.services.wiring import Wiring

SHOP_ANSWERS = "shop_answers"  # the promise code the sweeper looks for
SHOP_ANSWERS_WITHIN = timedelta(hours=24)  # after that a person asks the shop


def shop_agreed(
    wiring: Wiring, uow: UnitOfWork, payload: Mapping[str, Any], *, now: datetime
) -> None:
    """Cancel the order or lines of it, start the money on its way back, and tell the buyer."""
    order = _waiting_for(uow, payload)
    if order is None:
        return
    line_ids = tuple(payload["line_ids"])
    cancelled = _cancelled(uow, order, line_ids, now)
    end_request(uow, payload["request_id"], RequestState.DONE, now=now)
    is_whole = cancelled.state is OrderState.CANCELLED
    if is_whole:
        _end_holds(uow, cancelled, now)
    response, more = money_back(wiring, uow, cancelled, payload, now=now)
    if response == "utter_told_cancelled_none":  # not when it was paid meanwhile
        response = payload.get("told_as", response)
    if not is_whole:
        response = _OF_LINES.get(response, response)
        more = _goods(cancelled, line_ids) | more
    tell(
        wiring,
        uow,
        cancelled,
        response,
        conversation_id=payload["conversation_id"],
        now=now,
        more=more,
    )


def shop_will_tell(
    wiring: Wiring, uow: UnitOfWork, payload: Mapping[str, Any], *, now: datetime
) -> None:
    """Write down that the shop owes its answer, so that the sweeper misses it when it is late."""
    if _waiting_for(uow, payload) is None:
        return
    uow.ledger.promise(
        Promise(
            promise_id=wiring.new_id(),
            conversation_id=payload["conversation_id"],
            storefront=payload["storefront"],
            order_number=payload["number"],
            code=SHOP_ANSWERS,
            due_at=now + SHOP_ANSWERS_WITHIN,
            made_at=now,
        )
    )


def _waiting_for(uow: UnitOfWork, payload: Mapping[str, Any]) -> Order | None:
    """Return the order of a command that still waits for the shop's answer.

    An answer to an earlier command must not decide a later one about the same order.
    """
    order = uow.orders.find(payload["storefront"], payload["number"])
    request = uow.requests.get(payload["request_id"])
    is_open = request is not None and request.state in OPEN_REQUESTS
    return order if order and is_open and order.state is OrderState.CANCELLING else None


def _cancelled(uow: UnitOfWork, order: Order, line_ids: tuple[str, ...], now: datetime) -> Order:
    lines = tuple(
        replace(line, cancelled=True) if line.line_id in line_ids else line for line in order.lines
    )
    is_whole = all(line.cancelled for line in lines)
    state = move(
        ORDER_MOVES, "order", order.state, OrderState.CANCELLED if is_whole else OrderState.OPEN
    )
    audit = audit_order(
        order,
        "order.cancelled" if is_whole else "order.lines_cancelled",
        actor="shop",
        now=now,
        after={"state": state.value, "lines": list(line_ids)},
    )
    return uow.orders.save(replace(order, state=state, lines=lines), audit=audit)


# How it is told where only lines of the order were cancelled.
_OF_LINES = {
    "utter_told_cancelled_none": "utter_told_lines_cancelled_none",
    "utter_told_cancelled_refund": "utter_told_lines_cancelled_refund",
    "utter_told_cancelled_manual": "utter_told_lines_cancelled_manual",
    "utter_told_cancelled_seller_refunds": "utter_told_lines_cancelled_seller_refunds",
    "utter_told_shop_cancelled": "utter_told_lines_cancelled",
}


def _goods(order: Order, line_ids: tuple[str, ...]) -> dict[str, Any]:
    """Return what is said about the lines instead of the whole order."""
    return {
        "items": [line.name for line in order.lines if line.line_id in line_ids],
        "amount": money(amount_of(order, line_ids)),
    }


def _end_holds(uow: UnitOfWork, order: Order, now: datetime) -> None:
    """End what asks not to ship: nothing will, so nobody is told; no letter leaves any more."""
    for request in uow.requests.open_for_order(order.storefront, order.number):
        if request.kind is RequestKind.HOLD:
            end_request(uow, request.request_id, RequestState.ENDED, now=now)
            uow.outbox.withdraw(request.idempotency_key, now)


def shop_refused(
    wiring: Wiring,
    uow: UnitOfWork,
    payload: Mapping[str, Any],
    *,
    reason: str | None,
    now: datetime,
) -> None:
    """Put the order back, open a case, and tell the buyer that it was not cancelled."""
    order = _waiting_for(uow, payload)
    if order is None:
        return
    state = move(ORDER_MOVES, "order", order.state, OrderState.OPEN)
    audit = audit_order(
        order, "order.cancel_refused", actor="shop", now=now, after={"state": state.value}
    )
    reopened = uow.orders.save(replace(order, state=state), audit=audit)
    end_request(uow, payload["request_id"], RequestState.ENDED, now=now)
    key = f"refused:{payload['request_id']}"
    matter = matter_of(CaseType.SHOP_REFUSED, key, reopened, payload, text=reason)
    open_and_tell(wiring, uow, matter, "utter_told_shop_refused", now=now)


def shop_silent(
    wiring: Wiring, uow: UnitOfWork, payload: Mapping[str, Any], *, error: str, now: datetime
) -> None:
    """Open a case for a shop that does not answer; the order stays `cancelling`."""
    order = _waiting_for(uow, payload)
    if order is None:
        return
    key = f"silent:{payload['request_id']}"
    matter = matter_of(CaseType.SHOP_REFUSED, key, order, payload, text=error)
    open_and_tell(wiring, uow, matter, "utter_told_shop_delayed", now=now)


def letter_lost(
    wiring: Wiring, uow: UnitOfWork, payload: Mapping[str, Any], *, error: str, now: datetime
) -> None:
    """A letter could not be delivered: a person takes over, and the buyer is told."""
    number = payload.get("number")  # a letter about no order is news that stands in the chat
    order = uow.orders.find(payload["storefront"], number) if number else None
    if order is None:
        return
    key = f"mail:{payload['message_id']}"
    matter = matter_of(CaseType.TICKET, key, order, payload, text=error)
    open_and_tell(wiring, uow, matter, "utter_told_message_undelivered", now=now)


def end_request(
    uow: UnitOfWork, request_id: str, state: RequestState, *, now: datetime, actor: str = "system"
) -> OrderRequest | None:
    """Move a request that is still open; None when it is not."""
    request = uow.requests.get(request_id)
    if request is None or request.state not in OPEN_REQUESTS:
        return None
    moved = replace(
        request, state=move(REQUEST_MOVES, "request", request.state, state), answered_at=now
    )
    audit = AuditEntry(
        at=now,
        actor=actor,
        action=f"request.{state.value}",
        subject=f"request:{request_id}",
        before={"state": request.state.value},
        after={"state": state.value},
        conversation_id=request.conversation_id,
    )
    uow.requests.save(moved, audit=audit)
    return moved
