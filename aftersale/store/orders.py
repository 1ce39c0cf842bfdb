"""Orders in the database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, insert, not_, or_, select, update

from aftersale.domain.guests import guest_number, is_guest, reads
from aftersale.domain.order_numbers import number_key, number_keys
from aftersale.domain.orders import Order, OrderState
from aftersale.domain.payments import PaymentState
from aftersale.domain.requests import AuditEntry
from aftersale.errors import StaleOrder
from aftersale.store.ledger import write_audit
from aftersale.store.order_moves import check_moves
from aftersale.store.order_rows import (
    line_from,
    line_values,
    order_from,
    order_values,
    shipment_from,
    shipment_values,
)
from aftersale.store.shop_word import merged
from aftersale.store.tables import OrderLineRow, OrderRow, ShipmentRow

# Every turn runs these: made once, so that SQLAlchemy finds what it compiled by the object alone.
_OF_BUYER = (
    select(OrderRow)
    .where(
        OrderRow.buyer_id == bindparam("of_buyer"),
        OrderRow.storefront == bindparam("at_storefront"),
    )
    .order_by(OrderRow.placed_at.desc(), OrderRow.number)
    .limit(bindparam("at_most"))
)
_BY_KEY = select(OrderRow).where(
    OrderRow.storefront == bindparam("at_storefront"),
    OrderRow.number_key.in_(bindparam("keys", expanding=True)),
)
_OWN_BY_KEY = _BY_KEY.where(OrderRow.buyer_id == bindparam("of_buyer"))
_LOCKED_BY_KEY = _BY_KEY.with_for_update()
_PARTS = {
    table: select(table)
    .where(
        table.storefront == bindparam("at_storefront"),
        table.order_number.in_(bindparam("numbers", expanding=True)),
    )
    .order_by(table.order_number, table.position)
    for table in (OrderLineRow, ShipmentRow)
}


class SqlOrders:
    """The `Orders` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, storefront: str, number: str) -> Order | None:
        """Return the order that the typed number means, however it was punctuated."""
        keys = number_keys(number)
        return _first(orders_by_key(self._connection, storefront, keys), keys)

    def locked(self, storefront: str, number: str) -> Order | None:
        """Return the order of exactly this number; others who want to change it wait."""
        return self._exactly(storefront, number)

    def paid_with_others(self, order: Order) -> bool:
        """Tell whether its payment is also that of another order, which is not cancelled."""
        own = and_(OrderRow.storefront == order.storefront, OrderRow.number == order.number)
        others = select(OrderRow.number).where(
            OrderRow.provider_ref == order.payment.provider_ref,
            OrderRow.state != OrderState.CANCELLED,
            not_(own),
        )
        return self._connection.execute(others.limit(1)).first() is not None

    def find_own(self, storefront: str, number: str, buyer_id: str) -> Order | None:
        """Return the buyer's order; another's is left out before anything of it is read."""
        if is_guest(buyer_id):
            return self._guests(storefront, number, buyer_id)
        keys = number_keys(number)
        rows = self._connection.execute(
            _OWN_BY_KEY, {"at_storefront": storefront, "keys": keys, "of_buyer": buyer_id}
        ).all()
        return _first(with_parts(self._connection, storefront, rows), keys)

    def of_buyer(self, storefront: str, buyer_id: str, *, limit: int = 50) -> Sequence[Order]:
        """Return the buyer's orders, newest first; a guest has the one that a code opened."""
        if is_guest(buyer_id):
            order = self._guests(storefront, guest_number(buyer_id, storefront) or "", buyer_id)
            return [order] if order else []
        rows = self._connection.execute(
            _OF_BUYER, {"of_buyer": buyer_id, "at_storefront": storefront, "at_most": limit}
        ).all()
        return with_parts(self._connection, storefront, rows)

    def unpaid_before(
        self,
        storefront: str,
        placed_before: datetime,
        *,
        after: Order | None = None,
        limit: int = 100,
    ) -> Sequence[Order]:
        """Return open orders awaiting payment that were placed at or before then, oldest first."""
        query = select(OrderRow).where(
            OrderRow.storefront == storefront,
            OrderRow.state == OrderState.OPEN,
            OrderRow.pay_state == PaymentState.AWAITING,
            OrderRow.placed_at <= placed_before,
        )
        if after is not None:
            later = and_(OrderRow.placed_at == after.placed_at, OrderRow.number > after.number)
            query = query.where(or_(OrderRow.placed_at > after.placed_at, later))
        rows = self._connection.execute(
            query.order_by(OrderRow.placed_at, OrderRow.number).limit(limit)
        ).all()
        return with_parts(self._connection, storefront, rows)

    def save(self, order: Order, *, audit: AuditEntry) -> Order:
        """Write a changed order when its version is still the stored one.

        Raises:
            StaleOrder: somebody changed the order in between.
            IllegalMove: an axis moved where its table does not allow.
        """
        stored = self._exactly(order.storefront, order.number)
        if stored is None or stored.version != order.version:
            raise StaleOrder("The order has changed in the meantime. Look at it again.")
        check_moves(stored, order)
        return self._write(stored, order, audit)

    def upsert_from_shop(self, order: Order, *, audit: AuditEntry) -> Order | None:
        """Take the shop's newer word; None when it is older or would undo what is settled."""
        stored = self._exactly(order.storefront, order.number)
        if stored is None:
            return self._insert(order, audit)
        wanted = merged(stored, order)
        return None if wanted is None else self._write(stored, wanted, audit)

    def _guests(self, storefront: str, number: str, guest: str) -> Order | None:
        """Return the order that the number means when it is the one order of this guest."""
        order = self.find(storefront, number)
        return order if order is not None and reads(guest, order) else None

    def _exactly(self, storefront: str, number: str) -> Order | None:
        keys = (number_key(number),)
        found = orders_by_key(self._connection, storefront, keys, lock=True)
        return found[0] if found else None

    def _insert(self, order: Order, audit: AuditEntry) -> Order:
        first = replace(order, version=1)
        insert_orders(self._connection, [first])
        write_audit(self._connection, [audit])
        return first

    def _write(self, stored: Order, order: Order, audit: AuditEntry) -> Order:
        changed = replace(order, version=stored.version + 1)
        update_orders(self._connection, [changed])  # the row was locked when it was read
        write_audit(self._connection, [audit])
        return changed


def _first(orders: Sequence[Order], keys: Sequence[str]) -> Order | None:
    found = {order_key(order): order for order in orders}
    return next((found[key] for key in keys if key in found), None)


def order_key(order: Order) -> str:
    """Return the form of the order's number in which it is looked up."""
    return number_key(order.number)


def orders_by_key(
    connection: Connection, storefront: str, keys: Sequence[str], *, lock: bool = False
) -> Sequence[Order]:
    """Return the orders of a storefront whose numbers have these keys; `lock` keeps them still."""
    rows = connection.execute(
        _LOCKED_BY_KEY if lock else _BY_KEY, {"at_storefront": storefront, "keys": keys}
    ).all()
    return with_parts(connection, storefront, rows)


def with_parts(connection: Connection, storefront: str, rows: Sequence[Row[Any]]) -> list[Order]:
    """Return the orders of these rows, their lines and shipments read in one query each."""
    if not rows:
        return []
    numbers = [row.number for row in rows]
    lines = _by_order(connection, OrderLineRow, storefront, numbers)
    shipments = _by_order(connection, ShipmentRow, storefront, numbers)
    return [
        order_from(
            row,
            tuple(line_from(line, row.currency) for line in lines.get(row.number, ())),
            tuple(shipment_from(shipment) for shipment in shipments.get(row.number, ())),
        )
        for row in rows
    ]


def _by_order(
    connection: Connection,
    table: type[OrderLineRow] | type[ShipmentRow],
    storefront: str,
    numbers: Sequence[str],
) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = {}
    for row in connection.execute(
        _PARTS[table], {"at_storefront": storefront, "numbers": numbers}
    ):
        found.setdefault(row.order_number, []).append(row)
    return found


def insert_orders(connection: Connection, orders: Sequence[Order]) -> None:
    """Write orders that are not there yet, with their lines and shipments."""
    connection.execute(insert(OrderRow), [order_values(order) for order in orders])
    _insert_parts(connection, orders)


def update_orders(connection: Connection, orders: Sequence[Order]) -> None:
    """Write changed orders that the caller has locked, with their lines and shipments."""
    connection.execute(
        update(OrderRow).where(
            OrderRow.storefront == bindparam("at_storefront"),
            OrderRow.number == bindparam("at_number"),
        ),
        [
            order_values(order) | {"at_storefront": order.storefront, "at_number": order.number}
            for order in orders
        ],
    )
    replace_parts(connection, orders)


def replace_parts(connection: Connection, orders: Sequence[Order]) -> None:
    """Write the lines and shipments of orders anew."""
    for table in (OrderLineRow, ShipmentRow):
        connection.execute(
            delete(table).where(
                table.storefront == bindparam("at_storefront"),
                table.order_number == bindparam("at_number"),
            ),
            [{"at_storefront": one.storefront, "at_number": one.number} for one in orders],
        )
    _insert_parts(connection, orders)


def _insert_parts(connection: Connection, orders: Sequence[Order]) -> None:
    lines = [row for order in orders for row in line_values(order)]
    shipments = [row for order in orders for row in shipment_values(order)]
    if lines:
        connection.execute(insert(OrderLineRow), lines)
    if shipments:
        connection.execute(insert(ShipmentRow), shipments)
