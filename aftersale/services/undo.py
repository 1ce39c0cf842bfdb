"""Take back what has not left yet: undo and relay compete for the outbox row, one of them wins."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from aftersale.domain.moves import move
from aftersale.domain.orders import ORDER_MOVES, Order, OrderState
from aftersale.domain.requests import (
    REQUEST_MOVES,
    AuditEntry,
    CommandKind,
    CommandState,
    OrderRequest,
    PendingCommand,
    RequestState,
)
from aftersale.services.call import Call, OrderHint
from aftersale.services.confirm import result_of
from aftersale.services.find_order import find
from aftersale.services.launched import closed
from aftersale.services.open_turn import require_open
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice
from aftersale.services.terms import order_variables
from aftersale.services.wiring import Wiring

_UNDONE = {
    CommandKind.CANCEL: "utter_undo_done",
    CommandKind.REQUEST_CANCEL: "utter_undo_request",
    CommandKind.ASK_HOLD: "utter_undo_hold",
}


def undo(wiring: Wiring, uow: UnitOfWork, call: Call, hint: OrderHint) -> Reply:
    """Undo the buyer's last effect (of the hinted order) inside the caller's transaction."""
    require_open(uow, call)
    if nothing := closed(wiring, call):
        return nothing
    command = next(_candidates(uow, call, hint), None)
    order = _own_order(uow, call, command)
    if command is None or order is None:
        return Reply("utter_undo_nothing")
    variables = _variables(wiring, uow, order)
    if command.state is CommandState.UNDONE:
        return Reply("utter_undo_already", variables)
    if not uow.outbox.withdraw(command.command_id, call.now):
        choices = [choice("order_status", order_number=order.number), choice("open_case")]
        return Reply("utter_undo_too_late", variables | {"choices": choices})
    reopened = _take_back(uow, call, command, order)
    reply = Reply(
        _UNDONE[command.kind], _variables(wiring, uow, reopened), {"last_order": order.number}
    )
    # Kept as the yes was: it is told even when a person takes the conversation meanwhile.
    told = result_of(reply, call.turn_id)
    uow.commands.move(replace(command, state=CommandState.UNDONE, result=told))
    return reply


def _candidates(uow: UnitOfWork, call: Call, hint: OrderHint) -> Iterator[PendingCommand]:
    """Yield this conversation's undoable commands: the newest one, then those of the order.

    A number that fits no order undoes nothing: it was not the newest that was meant.
    """
    order = find(uow, call, hint).order if (hint.number or hint.current) else None
    if hint.number and order is None:
        return
    last = uow.commands.last_for(call.conversation_id)
    if last and _counts(last) and (order is None or last.order_number == order.number):
        yield last
    for request in _requests(uow, call, order):
        command = uow.commands.get(request.idempotency_key)
        if command and _counts(command) and command.conversation_id == call.conversation_id:
            yield command


def _counts(command: PendingCommand) -> bool:
    return command.kind in _UNDONE and command.state in {CommandState.DONE, CommandState.UNDONE}


def _requests(uow: UnitOfWork, call: Call, order: Order | None) -> Iterator[OrderRequest]:
    """Yield requests that may be taken back, of the order or of all that are being cancelled."""
    buyer = call.identity.buyer_id
    if buyer is None:
        return
    orders = (
        [order]
        if order
        else [
            candidate
            for candidate in uow.orders.of_buyer(call.identity.storefront, buyer)
            if candidate.state is OrderState.CANCELLING
        ]
    )
    for candidate in orders:
        requests = uow.requests.for_order(candidate.storefront, candidate.number)
        yield from sorted(requests, key=lambda request: request.created_at, reverse=True)


def _own_order(uow: UnitOfWork, call: Call, command: PendingCommand | None) -> Order | None:
    if command is None or command.order_number is None or call.identity.buyer_id is None:
        return None
    return uow.orders.find_own(command.storefront, command.order_number, call.identity.buyer_id)


def _take_back(uow: UnitOfWork, call: Call, command: PendingCommand, order: Order) -> Order:
    """Put order and request back; nothing has left, so nobody else needs to know."""
    for request in uow.requests.open_for_order(order.storefront, order.number):
        if request.idempotency_key == command.command_id:
            _withdraw(uow, call, request)
    if command.kind is not CommandKind.CANCEL:
        return order
    state = move(ORDER_MOVES, "order", order.state, OrderState.OPEN)
    audit = _audit(call, "order.undone", f"order:{order.storefront}/{order.number}")
    return uow.orders.save(
        replace(order, state=state),
        audit=replace(audit, before={"state": order.state.value}, after={"state": state.value}),
    )


def _withdraw(uow: UnitOfWork, call: Call, request: OrderRequest) -> None:
    state = move(REQUEST_MOVES, "request", request.state, RequestState.WITHDRAWN)
    uow.requests.save(
        replace(request, state=state, answered_at=call.now),
        audit=_audit(call, "request.withdrawn", f"request:{request.request_id}"),
    )


def _audit(call: Call, action: str, subject: str) -> AuditEntry:
    return AuditEntry(
        at=call.now,
        actor=f"buyer:{call.identity.buyer_id}",
        action=action,
        subject=subject,
        conversation_id=call.conversation_id,
    )


def _variables(wiring: Wiring, uow: UnitOfWork, order: Order) -> dict[str, Any]:
    seller = uow.parties.seller(order.seller_id) if order.seller_id else None
    return order_variables(order, seller, wiring.policy(order.storefront))
