"""The money of an accepted case: asked for once a line, through the refunds of orders."""

import hashlib
from collections.abc import Collection, Sequence
from typing import Any

from aftersale.domain.cases import Case, CaseType, CaseVerdict, Resolution
from aftersale.domain.orders import Order
from aftersale.domain.requests import Refund, RefundState
from aftersale.policy.decision import MoneyMove
from aftersale.policy.problem_knobs import RefundPayer
from aftersale.services.by_hand import BY_HAND
from aftersale.services.ports import UnitOfWork
from aftersale.services.refunds import money_back
from aftersale.services.reply import money
from aftersale.services.terms import open_lines
from aftersale.services.wiring import Wiring

_ABOUT_MONEY = frozenset({CaseType.REFUND_REQUEST, CaseType.REIMBURSEMENT})
_CAME_TO_NOTHING = frozenset({RefundState.REFUSED, RefundState.REVERSED})
NO_MONEY: dict[str, Any] = {
    "refund_amount": None,  # a refund of it was asked for
    "hold_amount": None,  # the release of a hold of it was asked for
    "payment": None,
    "by_seller": None,  # who sends the money back, when it is not us
    "by_hand": None,  # the case under which a person sends it back
}


def refund_of(
    wiring: Wiring,
    uow: UnitOfWork,
    case: Case,
    verdict: CaseVerdict,
    *,
    lines: tuple[str, ...],
    now: Any,
) -> dict[str, Any]:
    """Ask for the refund that a decision grants; return what may be said about it.

    An accepted wish for money is about the lines of the case, a partly accepted one about `lines`.
    A line is refunded once, whoever decides how often.
    """
    # Locked: another case may grant the same line's money at this moment.
    order = uow.orders.locked(case.storefront, case.order_number or "")
    wanted = case.type in _ABOUT_MONEY or case.resolution is Resolution.REFUND
    if order is None or not wanted or verdict is CaseVerdict.DECLINED:
        return NO_MONEY
    if (case.idempotency_key or "").startswith(BY_HAND):
        return NO_MONEY | {"by_hand": case.number}  # that no call to the provider fits
    whole = case.line_ids or open_lines(order) or tuple(x.line_id for x in order.lines)
    granted = lines if lines or verdict is CaseVerdict.PARTLY else whole
    made = uow.requests.refunds(order.storefront, order.number)
    owed = tuple(x for x in granted if not any(x in _lines_of(uow, each) for each in made))
    if not owed:
        return NO_MONEY | {"by_hand": _by_hand(uow, made, granted)}
    policy = wiring.policy(case.storefront)
    if policy.refund.payer is RefundPayer.SELLER and case.type is not CaseType.REIMBURSEMENT:
        seller = uow.parties.seller(order.seller_id) if order.seller_id else None
        return NO_MONEY | {"by_seller": seller.nickname if seller else f"The {policy.party}"}
    request_id = f"case:{case.number}:{_mark(owed)}"
    payload = {
        "storefront": case.storefront,
        "number": order.number,
        "line_ids": list(owed),
        "request_id": request_id,
        "conversation_id": case.conversation_id,
        "money": MoneyMove.REFUND.value,
    }
    _, more = money_back(wiring, uow, order, payload, now=now)
    return _said(uow, order, request_id) | {"by_hand": more.get("case_number")}


def _mark(line_ids: tuple[str, ...]) -> str:
    """Return what stands for these lines in a key: providers take no key without end."""
    return hashlib.sha256(",".join(line_ids).encode()).hexdigest()[:32]


def _lines_of(uow: UnitOfWork, refund: Refund) -> Collection[str]:
    """Return the lines whose money it brings back, whichever case or cancellation asked for it."""
    row = uow.outbox.by_key(refund.idempotency_key)
    return row.payload.get("line_ids", ()) if row else ()


def _by_hand(uow: UnitOfWork, made: Sequence[Refund], lines: Collection[str]) -> str | None:
    """Return the case of a refund of these lines that the provider refused.

    It is not asked for again: a person may have sent the money on another way meanwhile.
    """
    for refund in made:
        if refund.state in _CAME_TO_NOTHING and set(lines) & set(_lines_of(uow, refund)):
            case = uow.cases.by_key(f"{CaseType.PAYMENT_REFUSED.value}:{refund.refund_id}")
            return case.number if case else None
    return None


def _said(uow: UnitOfWork, order: Order, request_id: str) -> dict[str, Any]:
    made = uow.requests.refunds(order.storefront, order.number)
    made = [r for r in made if r.idempotency_key.endswith(f":{request_id}")]
    if not made:
        return NO_MONEY
    kind = "refund_amount" if made[0].kind.value == "refund" else "hold_amount"
    return NO_MONEY | {kind: money(made[0].amount), "payment": made[0].destination}
