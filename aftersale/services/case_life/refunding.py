"""The money of an accepted case: asked for once a line, through the refunds of orders."""

from typing import Any

from aftersale.domain.cases import Case, CaseType, CaseVerdict, Resolution
from aftersale.domain.requests import Refund, RefundState
from aftersale.policy.decision import MoneyMove
from aftersale.policy.problem_knobs import RefundPayer
from aftersale.services.ports import UnitOfWork
from aftersale.services.refunds import money_back
from aftersale.services.reply import money
from aftersale.services.terms import open_lines
from aftersale.services.wiring import Wiring

_ABOUT_MONEY = frozenset({CaseType.REFUND_REQUEST, CaseType.REIMBURSEMENT})
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
    order = uow.orders.find(case.storefront, case.order_number or "")
    wanted = case.type in _ABOUT_MONEY or case.resolution is Resolution.REFUND
    if order is None or not wanted or verdict is CaseVerdict.DECLINED:
        return NO_MONEY
    whole = case.line_ids or open_lines(order) or tuple(x.line_id for x in order.lines)
    granted = lines if lines or verdict is CaseVerdict.PARTLY else whole
    owed = tuple(x for x in granted if x not in _refunded(uow, case))
    if not owed:
        return NO_MONEY
    policy = wiring.policy(case.storefront)
    if policy.refund.payer is RefundPayer.SELLER and case.type is not CaseType.REIMBURSEMENT:
        seller = uow.parties.seller(order.seller_id) if order.seller_id else None
        return NO_MONEY | {"by_seller": seller.nickname if seller else f"The {policy.party}"}
    request_id = f"{_prefix(case)}{','.join(owed)}"
    payload = {
        "storefront": case.storefront,
        "number": order.number,
        "line_ids": list(owed),
        "request_id": request_id,
        "conversation_id": case.conversation_id,
        "money": MoneyMove.REFUND.value,
    }
    _, more = money_back(wiring, uow, order, payload, now=now)
    return _said(uow, case, request_id) | {"by_hand": more.get("case_number")}


def _prefix(case: Case) -> str:
    return f"case:{case.number}:"


def _refunded(uow: UnitOfWork, case: Case) -> set[str]:
    """Return the lines whose money an earlier decision about the case asked for."""
    keys = [
        refund.idempotency_key.partition(_prefix(case))[2]
        for refund in _refunds(uow, case)
        if refund.state is not RefundState.REFUSED
    ]
    return {line for key in keys for line in key.split(",") if line}


def _refunds(uow: UnitOfWork, case: Case) -> list[Refund]:
    made = uow.requests.refunds(case.storefront, case.order_number or "")
    return [refund for refund in made if _prefix(case) in refund.idempotency_key]


def _said(uow: UnitOfWork, case: Case, request_id: str) -> dict[str, Any]:
    made = [r for r in _refunds(uow, case) if r.idempotency_key.endswith(request_id)]
    if not made:
        return NO_MONEY
    kind = "refund_amount" if made[0].kind.value == "refund" else "hold_amount"
    return NO_MONEY | {kind: money(made[0].amount), "payment": made[0].destination}
