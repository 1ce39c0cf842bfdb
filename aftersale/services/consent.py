"""The supplier's answer to a request, through the one-time link in the letter."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aftersale.domain.cases import CaseType
from aftersale.domain.orders import Order
from aftersale.domain.requests import (
    LinkPurpose,
    OneTimeLink,
    OrderRequest,
    RequestKind,
    RequestState,
)
from aftersale.domain.sellers import SellerEventKind
from aftersale.errors import LinkGone
from aftersale.policy.decision import Ask, Outcome
from aftersale.policy.knobs import OnAgree
from aftersale.services.acknowledge import end_request
from aftersale.services.cases import Matter
from aftersale.services.contested import contested
from aftersale.services.deciding import Judgement, Wish, judge
from aftersale.services.effects import shop_cancel, start_cancelling
from aftersale.services.letters import first_name_of, items_of
from aftersale.services.outcomes import open_and_tell
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import choice
from aftersale.services.seller_counts import count_request
from aftersale.services.seller_links import hash_token
from aftersale.services.telling import tell
from aftersale.services.wiring import Wiring

_GONE = "This link does not work any more. Please contact the marketplace if that surprises you."
_USED = "This link was already used, with another answer."
_CAN_STILL = frozenset({Outcome.SEND_REQUEST, Outcome.DO_NOW})


class AnswerResult(StrEnum):
    """What an answer came to."""

    AGREED = "agreed"  # cancellation: the order is being cancelled now; hold: it is held
    DECLINED = "declined"
    TOO_LATE = "too_late"  # agreed after shipping: nothing was changed, a case was opened


@dataclass(frozen=True, slots=True)
class SupplierPage:
    """All a supplier may see: items, the issue, the buyer's first name. No address, no amounts."""

    storefront: str
    storefront_name: str
    purpose: LinkPurpose
    items: tuple[str, ...]
    issue: str
    first_name: str
    expires_at: datetime
    reference: str


class SupplierAnswer:
    """Shows the request behind a link and takes one answer."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def view(self, token: str, *, now: datetime) -> SupplierPage:
        """Return the page; changes nothing, as mail scanners follow links.

        Raises:
            LinkGone: the link is unknown, used or expired, or events have overtaken the request.
        """
        with self._wiring.uow() as uow:
            link = _fresh_link(uow, token, now)
            request, order = _behind(uow, link)
            if link.used_at is not None or not _may_answer(request):
                raise LinkGone(_GONE)
            return SupplierPage(
                storefront=order.storefront,
                storefront_name=self._wiring.policy(order.storefront).name,
                purpose=link.purpose,
                items=tuple(items_of(order)),
                issue=request.reason or "",
                first_name=first_name_of(uow, order),
                expires_at=link.expires_at,
                reference=request.idempotency_key[:8],
            )

    def answer(self, token: str, *, agree: bool, now: datetime) -> AnswerResult:
        """Take the answer and tell the buyer; the same answer again changes nothing.

        Raises:
            LinkGone: unknown or expired link, overtaken request, or another answer before.
        """
        return contested(lambda: self._answer(token, agree=agree, now=now))

    def _answer(self, token: str, *, agree: bool, now: datetime) -> AnswerResult:
        with self._wiring.uow() as uow:
            link = _fresh_link(uow, token, now)
            request, order = _behind(uow, link)
            word = "agree" if agree else "decline"
            if link.used_at is not None:
                return _repeated(link, request, word)
            if not _may_answer(request):
                raise LinkGone(_GONE)
            if not uow.requests.use_link(link.token_hash, at=now, answer=word):
                raise LinkGone(_USED)
            result = self._take(uow, request, order, agree=agree, now=now)
            uow.commit()
        return result

    def _take(
        self, uow: UnitOfWork, request: OrderRequest, order: Order, *, agree: bool, now: datetime
    ) -> AnswerResult:
        if not agree:
            return self._declined(uow, request, order, now)
        if request.kind is RequestKind.HOLD:
            return self._held(uow, request, order, now)
        judgement = judge(
            self._wiring,
            uow,
            order,
            Wish(Ask.CANCEL),
            asking_buyer=order.buyer_id,
            now=now,
            without=request.request_id,
        )
        wanted = request.state is RequestState.SENT
        cancels = judgement.policy.consent.on_agree is OnAgree.CANCEL
        if wanted and cancels and judgement.decision.outcome in _CAN_STILL:
            return self._agreed(uow, request, judgement, now)
        return self._too_late(uow, request, order, now)

    def _agreed(
        self, uow: UnitOfWork, request: OrderRequest, judgement: Judgement, now: datetime
    ) -> AnswerResult:
        """Cancel by the supplier's word, at once: there is nothing left to undo (R1.4)."""
        actor = f"seller:{judgement.order.seller_id}"
        end_request(uow, request.request_id, RequestState.AGREED, now=now, actor=actor)
        order = start_cancelling(uow, judgement.order, by=actor, request=request, now=now)
        uow.outbox.add(
            shop_cancel(
                self._wiring,
                request,
                key=f"agreed:{request.request_id}",
                money=judgement.decision.money,
                now=now,
                not_before=now,
            )
        )
        self._tell(uow, request, order, "utter_told_consent_agreed", now=now)
        return AnswerResult.AGREED

    def _too_late(
        self, uow: UnitOfWork, request: OrderRequest, order: Order, now: datetime
    ) -> AnswerResult:
        """Change nothing: the goods have left. A person looks at it, and the buyer knows."""
        end_request(uow, request.request_id, RequestState.ENDED, now=now)
        matter = Matter(
            type=CaseType.LATE_AGREEMENT,
            key=f"late:{request.request_id}",
            storefront=order.storefront,
            subject=CaseType.LATE_AGREEMENT.value,
            text=request.reason or "",
            buyer_id=order.buyer_id,
            order=order,
            conversation_id=request.conversation_id,
            by=f"seller:{order.seller_id}",
        )
        open_and_tell(self._wiring, uow, matter, "utter_told_consent_late", now=now)
        return AnswerResult.TOO_LATE

    def _declined(
        self, uow: UnitOfWork, request: OrderRequest, order: Order, now: datetime
    ) -> AnswerResult:
        actor = f"seller:{order.seller_id}"
        ended = end_request(uow, request.request_id, RequestState.DECLINED, now=now, actor=actor)
        if ended:  # a no after shipping is no news
            kind = "hold" if request.kind is RequestKind.HOLD else "consent"
            key = request.request_id
            count_request(uow, order, SellerEventKind.REFUSAL, key=key, now=now)
            self._tell(uow, request, order, f"utter_told_{kind}_declined", now=now)
        return AnswerResult.DECLINED

    def _held(
        self, uow: UnitOfWork, request: OrderRequest, order: Order, now: datetime
    ) -> AnswerResult:
        actor = f"seller:{order.seller_id}"
        end_request(uow, request.request_id, RequestState.AGREED, now=now, actor=actor)
        self._tell(uow, request, order, "utter_told_hold_agreed", now=now)
        return AnswerResult.AGREED

    def _tell(
        self,
        uow: UnitOfWork,
        request: OrderRequest,
        order: Order,
        response: str,
        *,
        now: datetime,
    ) -> None:
        number = order.number
        ways = ("contact_seller", "open_case") if response.endswith("_declined") else ()
        tell(
            self._wiring,
            uow,
            order,
            response,
            conversation_id=request.conversation_id,
            now=now,
            more={"choices": [choice(way, order_number=number) for way in ways]},
        )


def _fresh_link(uow: UnitOfWork, token: str, now: datetime) -> OneTimeLink:
    link = uow.requests.link(hash_token(token))
    if link is None or link.expires_at <= now:
        raise LinkGone(_GONE)
    return link


def _behind(uow: UnitOfWork, link: OneTimeLink) -> tuple[OrderRequest, Order]:
    request = uow.requests.get(link.subject_id)
    if request is None:
        raise LinkGone(_GONE)
    order = uow.orders.find(request.storefront, request.order_number)
    if order is None:
        raise LinkGone(_GONE)
    return request, order


def _may_answer(request: OrderRequest) -> bool:
    """Tell whether an answer still means something.

    A yes to cancelling after shipping (ENDED) is a late one; nothing is left to hold then.
    """
    late = request.kind is RequestKind.CANCELLATION and request.state is RequestState.ENDED
    return late or request.state is RequestState.SENT


def _repeated(link: OneTimeLink, request: OrderRequest, word: str) -> AnswerResult:
    """Answer a second press of the same button with what the first one came to."""
    if link.answer != word:
        raise LinkGone(_USED)
    if word == "decline":
        return AnswerResult.DECLINED
    ended = request.state is RequestState.ENDED
    return AnswerResult.TOO_LATE if ended else AnswerResult.AGREED
