"""What of the shop's word is taken when we hold the order already. Decides; writes nothing."""

from dataclasses import replace

from aftersale.domain.orders import Order, OrderLine, OrderState
from aftersale.domain.payments import PAYMENT_MOVES, Payment, PaymentState

_MONEY_CAME_BACK = frozenset(
    {PaymentState.PART_REFUNDED, PaymentState.REFUNDED, PaymentState.VOIDED}
)


def merged(stored: Order, incoming: Order) -> Order | None:
    """Return the stored order with the shop's newer facts, or None when nothing may be taken.

    A cancelled order is never brought back. A cancellation that waits for the shop's answer goes
    on waiting, even when an import says cancelled: the answer to our command is what starts the
    money on its way back and tells the buyer; `ShopEvents` takes a signed event as that answer.
    """
    if incoming.source_version <= stored.source_version:
        return None
    if stored.state is OrderState.CANCELLED and incoming.state is not OrderState.CANCELLED:
        return None
    return replace(
        incoming,
        number=stored.number,
        state=_state(stored, incoming),
        payment=_payment(stored.payment, incoming.payment),
        lines=_lines(stored, incoming),
        version=stored.version,
    )


def _state(stored: Order, incoming: Order) -> OrderState:
    return stored.state if stored.state is OrderState.CANCELLING else incoming.state


def _payment(stored: Payment, incoming: Payment) -> Payment:
    # A provider told us that money came back: an event from before that does not un-give it.
    came_back = stored.state in _MONEY_CAME_BACK
    forward = incoming.state is stored.state or incoming.state in PAYMENT_MOVES[stored.state]
    return stored if came_back and not forward else incoming


def _lines(stored: Order, incoming: Order) -> tuple[OrderLine, ...]:
    gone = {line.line_id for line in stored.lines if line.cancelled}
    return tuple(
        replace(line, cancelled=line.cancelled or line.line_id in gone) for line in incoming.lines
    )
