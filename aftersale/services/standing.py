"""How what was asked about an order stands: sent, agreed, declined, or over without an answer."""

from datetime import datetime
from typing import Any

from aftersale.domain.requests import OrderRequest, OutboxState, RequestState
from aftersale.domain.sellers import Direction, SellerMessage
from aftersale.services.deciding import Judgement
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import date, time


def standing(uow: UnitOfWork, judgement: Judgement) -> list[dict[str, Any]]:
    """Return the notice about the newest question to the other party, or none."""
    order, seller = judgement.order, judgement.seller
    name = seller.nickname if seller else judgement.policy.party
    asked = [
        request
        for request in uow.requests.for_order(order.storefront, order.number)
        if request.actor == "seller" and request.state is not RequestState.WITHDRAWN
    ]
    if asked:
        return _of_request(uow, max(asked, key=lambda request: request.created_at), name)
    return _of_letters(uow, judgement, name)


def _of_letters(uow: UnitOfWork, judgement: Judgement, seller: str) -> list[dict[str, Any]]:
    """Return when they were written to, and what they answered last."""
    order = judgement.order
    thread = uow.seller_mail.about_order(order.seller_id or "", order.number)
    left = [each.at for each in thread if _left(uow, each)]
    sent = max(left, default=judgement.written_at)
    if sent is None:
        return []
    known: dict[str, Any] = {"seller": seller, "sent": date(sent)}
    answers = [each for each in thread if each.direction is Direction.FROM_SELLER]
    if not answers:
        return [_notice("notice_seller_written", known)]
    last = {"answered": date(answers[-1].at), "words": answers[-1].text}
    return [_notice("notice_seller_answered", known | last)]


def _left(uow: UnitOfWork, letter: SellerMessage) -> bool:
    """Whether it is a letter that was not taken back before it left."""
    row = uow.outbox.by_key(letter.message_id)
    withdrawn = row is not None and row.state is OutboxState.WITHDRAWN
    return letter.direction is Direction.TO_SELLER and not withdrawn


def _of_request(uow: UnitOfWork, request: OrderRequest, seller: str) -> list[dict[str, Any]]:
    agreed = _agreed_at(uow, request)
    if request.state is RequestState.DONE and agreed is None:
        return []  # the shop cancelled by itself: nobody answered
    state = RequestState.AGREED if agreed else request.state
    known = {
        "seller": seller,
        "sent": date(request.created_at),
        "due": time(request.due_by),
        "answered": date(agreed or request.answered_at),
    }
    return [_notice(f"notice_{request.kind.value}_{state.value}", known)]


def _agreed_at(uow: UnitOfWork, request: OrderRequest) -> datetime | None:
    """Return when they agreed; what came of it later overwrites the request's own time."""
    for entry in uow.ledger.trail(f"request:{request.request_id}"):
        if entry.action == f"request.{RequestState.AGREED.value}":
            return entry.at
    return None


def _notice(response: str, known: dict[str, Any]) -> dict[str, Any]:
    return {"type": "notice", "response": response, "variables": known}
