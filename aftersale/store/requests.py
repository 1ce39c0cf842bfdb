"""Cancellation and hold requests, refunds and one-time links in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from aftersale.domain.fulfilment import GONE
from aftersale.domain.money import Money
from aftersale.domain.moves import move
from aftersale.domain.orders import OrderState
from aftersale.domain.requests import (
    OPEN_REQUESTS,
    REFUND_MOVES,
    REQUEST_MOVES,
    AuditEntry,
    LinkPurpose,
    OneTimeLink,
    OrderRequest,
    Refund,
)
from aftersale.errors import NotFound, RequestOpen
from aftersale.store.insert_once import insert_once
from aftersale.store.ledger import write_audit
from aftersale.store.rows import thing, values
from aftersale.store.tables import (
    LinkRow,
    OrderLineRow,
    OrderRequestRow,
    OrderRow,
    ProviderEventRow,
    RefundRow,
    RequestLineRow,
)

_OPEN_ALREADY = "An open cancellation already covers this part of the order."
_FOR_ORDER = (  # made once: every decision asks it
    select(OrderRequestRow)
    .where(
        OrderRequestRow.storefront == bindparam("at_storefront"),
        OrderRequestRow.order_number == bindparam("at_number"),
    )
    .order_by(OrderRequestRow.created_at, OrderRequestRow.request_id)
)


class SqlRequests:
    """The `Requests` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, request: OrderRequest) -> None:
        """Write a request; the database allows one open cancellation per line.

        Raises:
            RequestOpen: one of the lines has an open cancellation, or this very request is there.
        """
        if not insert_once(self._connection, OrderRequestRow, values(request)):
            raise RequestOpen(_OPEN_ALREADY)
        rows = [self._line(request, line_id) for line_id in self._line_ids(request)]
        try:
            # The savepoint keeps the transaction usable on PostgreSQL after the refusal.
            with self._connection.begin_nested():
                self._connection.execute(insert(RequestLineRow), rows)
        except IntegrityError as refused:
            raise RequestOpen(_OPEN_ALREADY) from refused

    def get(self, request_id: str) -> OrderRequest | None:
        """Return the request of that id."""
        row = self._connection.execute(
            select(OrderRequestRow).where(OrderRequestRow.request_id == request_id)
        ).one_or_none()
        return None if row is None else thing(OrderRequest, row)

    def open_for_order(self, storefront: str, number: str) -> Sequence[OrderRequest]:
        """Return the requests for an order that still wait, oldest first."""
        return [one for one in self.for_order(storefront, number) if one.state in OPEN_REQUESTS]

    def for_order(self, storefront: str, number: str) -> Sequence[OrderRequest]:
        """Return every request for an order, oldest first."""
        rows = self._connection.execute(
            _FOR_ORDER, {"at_storefront": storefront, "at_number": number}
        )
        return [thing(OrderRequest, row) for row in rows]

    def save(self, request: OrderRequest, *, audit: AuditEntry) -> None:
        """Write a changed request when its state may move so.

        Raises:
            IllegalMove: the stored request cannot become this.
            NotFound: there is no such request.
        """
        stored = self._connection.execute(
            select(OrderRequestRow.state)
            .where(OrderRequestRow.request_id == request.request_id)
            .with_for_update()  # two answers at once: the second sees what the first did
        ).scalar_one_or_none()
        if stored is None:
            raise NotFound("There is no such request.")
        move(REQUEST_MOVES, "request", stored, request.state)
        self._connection.execute(
            update(OrderRequestRow)
            .where(OrderRequestRow.request_id == request.request_id)
            .values(**values(request))
        )
        self._connection.execute(
            update(RequestLineRow)
            .where(RequestLineRow.request_id == request.request_id)
            .values(open=request.state in OPEN_REQUESTS)
        )
        write_audit(self._connection, [audit])

    def due(self, now: datetime, *, limit: int = 100) -> Sequence[OrderRequest]:
        """Return open requests whose `due_by` has passed, longest overdue first."""
        rows = self._connection.execute(
            select(OrderRequestRow)
            .where(OrderRequestRow.state.in_(OPEN_REQUESTS), OrderRequestRow.due_by <= now)
            .order_by(OrderRequestRow.due_by)
            .limit(limit)
        )
        return [thing(OrderRequest, row) for row in rows]

    def overtaken(self, *, limit: int = 100) -> Sequence[OrderRequest]:
        """Return open requests about open orders whose goods have left."""
        gone = (
            select(RequestLineRow.request_id)
            .join(
                OrderLineRow,
                (OrderLineRow.storefront == RequestLineRow.storefront)
                & (OrderLineRow.order_number == RequestLineRow.order_number)
                & (OrderLineRow.line_id == RequestLineRow.line_id),
            )
            .join(
                OrderRow,
                (OrderRow.storefront == OrderLineRow.storefront)
                & (OrderRow.number == OrderLineRow.order_number),
            )
            .where(
                RequestLineRow.open,
                OrderLineRow.fulfilment.in_(GONE),
                OrderRow.state == OrderState.OPEN,
            )
        )
        rows = self._connection.execute(
            select(OrderRequestRow)
            .where(OrderRequestRow.request_id.in_(gone))
            .order_by(OrderRequestRow.created_at)
            .limit(limit)
        )
        return [thing(OrderRequest, row) for row in rows]

    def add_refund(self, refund: Refund) -> None:
        """Write a refund; a second one with the same idempotency key is ignored."""
        insert_once(self._connection, RefundRow, _refund_values(refund))

    def refunds(self, storefront: str, number: str) -> Sequence[Refund]:
        """Return the refunds of an order, oldest first."""
        rows = self._connection.execute(
            select(RefundRow)
            .where(RefundRow.storefront == storefront, RefundRow.order_number == number)
            .order_by(RefundRow.created_at, RefundRow.refund_id)
        )
        return [_refund(row) for row in rows]

    def save_refund(self, refund: Refund, *, audit: AuditEntry) -> None:
        """Write a changed refund when its state may move so.

        Raises:
            IllegalMove: the stored refund cannot become this.
            NotFound: there is no such refund.
        """
        stored = self._connection.execute(
            select(RefundRow.state)
            .where(RefundRow.refund_id == refund.refund_id)
            .with_for_update()
        ).scalar_one_or_none()
        if stored is None:
            raise NotFound("There is no such refund.")
        move(REFUND_MOVES, "refund", stored, refund.state)
        self._connection.execute(
            update(RefundRow)
            .where(RefundRow.refund_id == refund.refund_id)
            .values(**_refund_values(refund))
        )
        write_audit(self._connection, [audit])

    def refunds_of_payment(self, provider_ref: str) -> Sequence[Refund]:
        """Return the refunds and releases of the orders that were paid with this payment."""
        rows = self._connection.execute(
            select(*RefundRow.__table__.columns)
            .join(
                OrderRow,
                and_(
                    OrderRow.storefront == RefundRow.storefront,
                    OrderRow.number == RefundRow.order_number,
                ),
            )
            .where(OrderRow.provider_ref == provider_ref)
            .order_by(RefundRow.created_at, RefundRow.refund_id)
        )
        return [_refund(row) for row in rows]

    def note_event(self, event_id: str, *, kind: str, at: datetime) -> bool:
        """Note an event of the provider's; False when it was noted before."""
        row = {"event_id": event_id, "kind": kind, "received_at": at}
        return insert_once(self._connection, ProviderEventRow, row, key=("event_id",))

    def add_link(self, link: OneTimeLink) -> None:
        """Write a one-time link."""
        self._connection.execute(insert(LinkRow).values(**values(link)))

    def link(self, token_hash: str) -> OneTimeLink | None:
        """Return the link of that token hash."""
        row = self._connection.execute(
            select(LinkRow).where(LinkRow.token_hash == token_hash)
        ).one_or_none()
        return None if row is None else thing(OneTimeLink, row)

    def use_link(self, token_hash: str, *, at: datetime, answer: str) -> bool:
        """Mark the link used; False when it was used already."""
        done = self._connection.execute(
            update(LinkRow)
            .where(LinkRow.token_hash == token_hash, LinkRow.used_at.is_(None))
            .values(used_at=at, answer=answer)
        )
        return done.rowcount == 1

    def links_since(self, purpose: LinkPurpose, subject_id: str, since: datetime) -> int:
        """Return how many such links were made after then."""
        return self._connection.execute(
            select(func.count()).where(
                LinkRow.purpose == purpose,
                LinkRow.subject_id == subject_id,
                LinkRow.created_at > since,
            )
        ).scalar_one()

    def end_links(self, purpose: LinkPurpose, subject_id: str, *, at: datetime) -> None:
        """End the links of that purpose and subject that nobody has used."""
        self._connection.execute(
            update(LinkRow)
            .where(
                LinkRow.purpose == purpose,
                LinkRow.subject_id == subject_id,
                LinkRow.used_at.is_(None),
            )
            .values(used_at=at, answer="ended")
        )

    def _line_ids(self, request: OrderRequest) -> Sequence[str]:
        if request.line_ids:
            return request.line_ids
        return (
            self._connection.execute(
                select(OrderLineRow.line_id).where(
                    OrderLineRow.storefront == request.storefront,
                    OrderLineRow.order_number == request.order_number,
                )
            )
            .scalars()
            .all()
        )

    @staticmethod
    def _line(request: OrderRequest, line_id: str) -> dict[str, Any]:
        return {
            "request_id": request.request_id,
            "line_id": line_id,
            "storefront": request.storefront,
            "order_number": request.order_number,
            "kind": request.kind,
            "open": request.state in OPEN_REQUESTS,
        }


def _refund_values(refund: Refund) -> dict[str, Any]:
    own = values(refund)
    amount: Money = own.pop("amount")
    return own | {"amount_minor": amount.minor, "currency": amount.currency}


def _refund(row: Row[Any]) -> Refund:
    return Refund(
        refund_id=row.refund_id,
        storefront=row.storefront,
        order_number=row.order_number,
        kind=row.kind,
        state=row.state,
        amount=Money(row.amount_minor, row.currency),
        destination=row.destination,
        created_at=row.created_at,
        idempotency_key=row.idempotency_key,
        confirmed_at=row.confirmed_at,
        provider_ref=row.provider_ref,
    )
