"""What the database holds about one order, as plain rows: the proof behind every reply."""

import json
from typing import Any

from aftersale.domain.orders import Order
from tests.conversation.world import World

Rows = list[dict[str, Any]]


def about(world: World, table: str, order: Order) -> Rows:
    """Return the rows of a table that name the order."""
    rows = world.sql(
        f"SELECT * FROM {table} WHERE storefront = :s AND order_number = :n",
        s=order.storefront,
        n=order.number,
    )
    return [dict(row) for row in rows]


def outbox(world: World, order: Order) -> Rows:
    """Return what leaves because of the order, oldest first, with its payload read."""
    rows = world.sql(
        "SELECT * FROM outbox WHERE payload LIKE :n ORDER BY created_at", n=f'%"{order.number}"%'
    )
    return [{**row, "payload": json.loads(row["payload"])} for row in rows]


def left(world: World, order: Order) -> list[str]:
    """Return the kinds of what leaves because of the order."""
    return [row["kind"] for row in outbox(world, order)]


def codes(world: World, order: Order) -> list[str]:
    """Return the reason codes of the decisions about the order, oldest first."""
    rows = about(world, "decisions", order)
    return [row["reason_code"] for row in sorted(rows, key=lambda row: row["at"])]


def audited(world: World, order: Order) -> list[str]:
    """Return what the audit says was done to the order, oldest first."""
    rows = world.sql(
        "SELECT action FROM audit WHERE subject = :s ORDER BY audit_id",
        s=f"order:{order.storefront}/{order.number}",
    )
    return [row["action"] for row in rows]


def promised(world: World, order: Order) -> list[str]:
    """Return the codes of what was promised about the order."""
    return [row["code"] for row in about(world, "promises", order)]


def is_untouched(world: World, order: Order) -> bool:
    """Say whether nothing at all was done to the order, or is about to be."""
    stored = world.stored(order.storefront, order.number)
    things = ("order_requests", "refunds", "cases", "promises")
    return (
        stored == order
        and not outbox(world, order)
        and not any(about(world, table, order) for table in things)
    )
