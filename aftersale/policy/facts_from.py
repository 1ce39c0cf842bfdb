"""From an order and what hangs on it to the facts a policy may look at."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from aftersale.domain.cases import Case
from aftersale.domain.channels import LinkLevel
from aftersale.domain.orders import Order
from aftersale.domain.parties import Seller
from aftersale.domain.requests import OPEN_REQUESTS, OrderRequest, RequestKind, RequestState
from aftersale.policy.facts import CaseFacts, Facts, LineFacts


@dataclass(frozen=True, slots=True)
class Contacts:
    """What is known of attempts to reach the seller about one order (R0.15)."""

    attempts: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    answered_at: datetime | None = None


_NO_CONTACTS = Contacts()
_COUNTS = OPEN_REQUESTS | {RequestState.DONE}


def facts_for(
    order: Order | None,
    *,
    asking_buyer: str | None,
    storefront: str,
    seller: Seller | None,
    requests: Sequence[OrderRequest],
    contacts: Contacts = _NO_CONTACTS,
    case: Case | None = None,
    linked: LinkLevel | None = None,
) -> Facts:
    """Return the facts; an order that was not found gives facts that know nothing.

    `storefront` is where the buyer is asking. A seller whose e-mail is known to bounce cannot be
    written to, so it counts as not known.
    """
    if order is None:
        return _nothing(asking_buyer, storefront)
    return replace(
        _of_order(order),
        asking_buyer=asking_buyer,
        restocking_fee=seller.restocking_fee if seller else None,
        seller_known=seller is not None and seller.reachable,
        cancellation_open=_is_open(requests, RequestKind.CANCELLATION),
        hold_open=_is_open(requests, RequestKind.HOLD),
        cancel_asked_at=_cancel_asked_at(requests),
        contact_attempts=contacts.attempts,
        first_contact_at=contacts.first_at,
        last_contact_at=contacts.last_at,
        seller_answered_at=contacts.answered_at,
        case=case_facts(case) if case else None,
        linked=linked,
    )


def _of_order(order: Order) -> Facts:
    """Return what the order alone tells, asked by nobody."""
    arrived = [s.delivered_at for s in order.shipments if s.delivered_at is not None]
    return Facts(
        storefront=order.storefront,
        order_number=order.number,
        order_buyer=order.buyer_id,
        asking_buyer=None,
        order_state=order.state,
        order_kind=order.kind,
        payment_method=order.payment.method,
        payment_state=order.payment.state,
        lines=tuple(
            LineFacts(x.line_id, x.fulfilment, x.cancelled, x.return_class) for x in order.lines
        ),
        placed_at=order.placed_at,
        paid_at=order.payment.paid_at,
        verified_at=order.payment.verified_at,
        auth_expires_at=order.payment.auth_expires_at,
        fulfilment_started_at=order.fulfilment_started_at,
        shipped_at=_earliest([s.shipped_at for s in order.shipments]),
        delivered_at=min(arrived, default=None),
        received_at=max(arrived, default=None),
        estimated_delivery_at=order.estimated_delivery_at,
        campaign_ends_at=order.campaign_ends_at,
    )


def case_facts(case: Case) -> CaseFacts:
    """Return what the policy may know of a case."""
    return CaseFacts(
        state=case.state,
        owner=case.owner,
        type=case.type,
        opened_at=case.created_at,
        issue=case.issue,
        resolution=case.resolution,
        first_line_due_by=case.first_line_due_by,
        verdict=case.verdict,
        decided_by=case.decided_by,
        escalated_at=case.escalated_at,
        stepped_in_at=case.stepped_in_at,
    )


def _nothing(asking_buyer: str | None, storefront: str) -> Facts:
    return Facts(
        storefront=storefront,
        order_number=None,
        order_buyer=None,
        asking_buyer=asking_buyer,
        order_state=None,
        order_kind=None,
        payment_method=None,
        payment_state=None,
        lines=(),
        placed_at=None,
        seller_known=False,
    )


def _is_open(requests: Sequence[OrderRequest], kind: RequestKind) -> bool:
    return any(r.kind is kind and r.state in OPEN_REQUESTS for r in requests)


def _cancel_asked_at(requests: Sequence[OrderRequest]) -> datetime | None:
    counting = (r for r in requests if r.kind is RequestKind.CANCELLATION and r.state in _COUNTS)
    return max((r.created_at for r in counting), default=None)


def _earliest(moments: Sequence[datetime | None]) -> datetime | None:
    return min((m for m in moments if m is not None), default=None)
