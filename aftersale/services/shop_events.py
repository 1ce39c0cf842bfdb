"""The shop's word about an order, and what follows from it in our conversations."""

from dataclasses import dataclass, replace
from datetime import datetime

from aftersale.domain.fulfilment import GONE
from aftersale.domain.orders import Order, OrderState
from aftersale.domain.payments import PAYMENT_MOVES, PaymentState
from aftersale.domain.requests import (
    AuditEntry,
    OrderRequest,
    OutboxKind,
    OutboxRow,
    RequestKind,
    RequestState,
)
from aftersale.services.acknowledge import end_request, shop_agreed, shop_refused
from aftersale.services.contested import contested
from aftersale.services.outcomes import audit_order
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import choice
from aftersale.services.telling import tell
from aftersale.services.wiring import Wiring

_ALL_BACK = frozenset({PaymentState.REFUNDED, PaymentState.VOIDED})
_SHIPPED = {
    RequestKind.CANCELLATION: "utter_told_shipped_meanwhile",
    RequestKind.HOLD: "utter_told_shipped_anyway",
}


@dataclass(frozen=True, slots=True)
class LateAnswer:
    """A shop's answer to a command that it took before, named by the key it came with."""

    storefront: str
    idempotency_key: str
    acknowledged: bool
    reason: str | None = None


class ShopEvents:
    """Takes newer orders and late acknowledgements from the shop."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def apply(self, order: Order, *, now: datetime) -> bool:
        """Take the shop's newer word with what follows; False when it was old or not allowed."""
        return contested(lambda: self._apply(order, now))

    def _apply(self, order: Order, now: datetime) -> bool:
        with self._wiring.uow() as uow:
            taken = self.apply_in(uow, order, now=now)
            uow.commit()
        return taken

    def apply_in(self, uow: UnitOfWork, order: Order, *, now: datetime) -> bool:
        """Do the same inside a transaction of the caller, who commits."""
        self._acknowledged_by(uow, order, now)
        audit = AuditEntry(
            at=now,
            actor="shop",
            action="order.told",
            subject=f"order:{order.storefront}/{order.number}",
            after={"state": order.state.value, "source_version": order.source_version},
        )
        stored = uow.orders.upsert_from_shop(order, audit=audit)
        if stored is None:
            return False
        if stored.state is OrderState.CANCELLING:
            return True  # our command is on its way; its answer decides, not this event
        self.overtake(uow, stored, now)
        return True

    def _acknowledged_by(self, uow: UnitOfWork, word: Order, now: datetime) -> None:
        """Take "cancelled" for an order we are cancelling as the answer to our command."""
        order = uow.orders.find(word.storefront, word.number)
        newer = order is not None and word.source_version > order.source_version
        if order is None or not newer or word.state is not OrderState.CANCELLED:
            return
        _took_money_back(uow, order, word, now)
        for request in uow.requests.open_for_order(order.storefront, order.number):
            row = command_row(uow, request)
            if row is not None:
                shop_agreed(self._wiring, uow, row.payload, now=now)
                uow.outbox.finish(row.outbox_id)

    def overtake(self, uow: UnitOfWork, order: Order, now: datetime) -> bool:
        """End the requests that the shop's word has overtaken, and tell the buyer once (R1.5)."""
        cancelled = order.state is OrderState.CANCELLED
        ended = [
            request
            for request in uow.requests.open_for_order(order.storefront, order.number)
            if cancelled or _has_gone(order, request)
        ]
        state = RequestState.DONE if cancelled else RequestState.ENDED
        for request in ended:
            end_request(uow, request.request_id, state, now=now, actor="shop")
            # What of it has not left yet must not leave any more: neither letter nor command.
            uow.outbox.withdraw(request.idempotency_key, now)
        if ended:
            # The wish to cancel says it all where there was a wish to hold besides.
            ended.sort(key=lambda request: request.kind is not RequestKind.CANCELLATION)
            self._tell(uow, order, ended[0], now)
        return bool(ended)

    def _tell(self, uow: UnitOfWork, order: Order, request: OrderRequest, now: datetime) -> None:
        cancelled = order.state is OrderState.CANCELLED
        response = "utter_told_shop_cancelled" if cancelled else _SHIPPED[request.kind]
        ways = [] if cancelled else ["track_order", "contact_seller"]
        tell(
            self._wiring,
            uow,
            order,
            response,
            conversation_id=request.conversation_id,
            now=now,
            more={"choices": [choice(way, order_number=order.number) for way in ways]},
        )

    def acknowledge(self, answer: LateAnswer, *, now: datetime) -> bool:
        """Take the shop's late answer to a `shop.cancel`; False when there is no such command."""
        return contested(lambda: self._acknowledge(answer, now))

    def _acknowledge(self, answer: LateAnswer, now: datetime) -> bool:
        with self._wiring.uow() as uow:
            row = uow.outbox.by_key(answer.idempotency_key)
            if row is None or row.kind is not OutboxKind.SHOP_CANCEL or row.attempts == 0:
                return False
            if row.payload["storefront"] != answer.storefront:
                return False
            if answer.acknowledged:
                shop_agreed(self._wiring, uow, row.payload, now=now)
            else:
                shop_refused(self._wiring, uow, row.payload, reason=answer.reason, now=now)
            uow.outbox.finish(row.outbox_id)
            uow.commit()
        return True


def _took_money_back(uow: UnitOfWork, order: Order, word: Order, now: datetime) -> None:
    """Take it over when the shop itself gave all money back: nobody else does it once more."""
    state, moves = word.payment.state, PAYMENT_MOVES[order.payment.state]
    if order.state is not OrderState.CANCELLING or state not in _ALL_BACK & moves:
        return
    audit = audit_order(
        order, "payment.moved", actor="shop", now=now, after={"payment": state.value}
    )
    paid_back = replace(order, payment=replace(order.payment, state=state))
    uow.orders.save(paid_back, audit=audit)


def command_row(uow: UnitOfWork, request: OrderRequest) -> OutboxRow | None:
    """Return the command to the shop that a request has led to, if it has."""
    for key in (request.idempotency_key, f"agreed:{request.request_id}"):
        row = uow.outbox.by_key(key)
        if row is not None and row.kind is OutboxKind.SHOP_CANCEL:
            return row
    return None


def _has_gone(order: Order, request: OrderRequest) -> bool:
    """Tell whether goods of the request have left; one parcel on its way is enough."""
    return any(line.fulfilment in GONE for line in order.lines if line.line_id in request.line_ids)
