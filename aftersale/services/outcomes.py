"""What every answer from outside needs: an audit row, a case, and a word to the buyer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aftersale.domain.cases import CaseType
from aftersale.domain.orders import Order
from aftersale.domain.requests import (
    AuditEntry,
)
from aftersale.services.cases import Matter, file_case
from aftersale.services.ports import UnitOfWork
from aftersale.services.telling import tell
from aftersale.services.wiring import Wiring


def open_and_tell(
    wiring: Wiring, uow: UnitOfWork, matter: Matter, response: str, *, now: datetime
) -> None:
    """Open the case and tell the buyer its number."""
    case = file_case(wiring, uow, matter, now=now)
    if matter.order is None:
        return
    tell(
        wiring,
        uow,
        matter.order,
        response,
        conversation_id=matter.conversation_id,
        now=now,
        more={"case_number": case.number},
    )


def audit_order(
    order: Order, action: str, *, actor: str, now: datetime, after: dict[str, Any]
) -> AuditEntry:
    """Return the audit row of a change of an order."""
    return AuditEntry(
        at=now,
        actor=actor,
        action=action,
        subject=f"order:{order.storefront}/{order.number}",
        before={"state": order.state.value, "payment": order.payment.state.value},
        after=after,
    )


def matter_of(
    kind: CaseType, key: str, order: Order, payload: Mapping[str, Any], *, text: str | None = None
) -> Matter:
    """Return what a case about an answer from outside is opened with."""
    return Matter(
        type=kind,
        key=key,
        storefront=order.storefront,
        subject=kind.value,
        text=text or "",
        buyer_id=order.buyer_id,
        order=order,
        conversation_id=payload["conversation_id"],
    )
