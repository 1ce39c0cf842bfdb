"""Checks that a changed order moved only where the tables of legal moves allow."""

from aftersale.domain.fulfilment import FULFILMENT_MOVES
from aftersale.domain.moves import move
from aftersale.domain.orders import ORDER_MOVES, Order
from aftersale.domain.payments import PAYMENT_MOVES


def check_moves(old: Order, new: Order) -> None:
    """Accept the change or refuse it; nothing is written here.

    Raises:
        IllegalMove: an axis moved in a way its table does not allow.
    """
    move(ORDER_MOVES, f"order {old.number}", old.state, new.state)
    move(PAYMENT_MOVES, f"payment of {old.number}", old.payment.state, new.payment.state)
    lines = {line.line_id: line.fulfilment for line in old.lines}
    for line in new.lines:
        before = lines.get(line.line_id, line.fulfilment)
        move(FULFILMENT_MOVES, f"line {line.line_id}", before, line.fulfilment)
    shipments = {shipment.shipment_id: shipment.state for shipment in old.shipments}
    for shipment in new.shipments:
        before = shipments.get(shipment.shipment_id, shipment.state)
        move(FULFILMENT_MOVES, f"shipment {shipment.shipment_id}", before, shipment.state)
