"""Money that a person sends: the provider refused it, or no call to the provider fits it."""

from collections.abc import Collection

from aftersale.domain.cases import Case, CaseVerdict
from aftersale.domain.orders import Order
from aftersale.domain.requests import RefundKind, RefundState
from aftersale.services.ports import UnitOfWork

BY_HAND = "refund:"  # what the key of a case begins with whose money a person sends
_CAME_BACK = frozenset({RefundState.REFUSED, RefundState.REVERSED})


def may_be_sent_by_hand(uow: UnitOfWork, order: Order, line_ids: Collection[str]) -> bool:
    """Whether a person may have sent money of these lines already, or be about to.

    Without lines any money of the order counts; so does what was for an amount, not for lines.
    """
    theirs = [*_refused(uow, order), *(case.line_ids for case in _cases(uow, order))]
    return any(not lines or not line_ids or set(lines) & set(line_ids) for lines in theirs)


def case_by_hand(uow: UnitOfWork, order: Order, line_ids: Collection[str]) -> Case | None:
    """Return the case that stands for sending the money of all these lines already."""
    fitting = (case for case in _cases(uow, order) if set(line_ids) <= set(case.line_ids))
    return next(fitting, None) if line_ids else None


def _cases(uow: UnitOfWork, order: Order) -> list[Case]:
    return [
        case
        for case in uow.lookups.cases_of(order.storefront, order.number)
        if (case.idempotency_key or "").startswith(BY_HAND)
        and (case.review_verdict or case.verdict) is not CaseVerdict.DECLINED
    ]


def _refused(uow: UnitOfWork, order: Order) -> list[Collection[str]]:
    """Return the lines of every refund that came to nothing; none where it was an amount."""
    rows = [
        uow.outbox.by_key(refund.idempotency_key)
        for refund in uow.requests.refunds(order.storefront, order.number)
        if refund.kind is RefundKind.REFUND and refund.state in _CAME_BACK
    ]
    return [row.payload.get("line_ids", ()) if row else () for row in rows]
