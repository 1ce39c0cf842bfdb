"""A seller who does not answer (R0.22), and one who cannot deliver (R0.10): what to do now."""

from datetime import datetime, timedelta
from typing import Any

from aftersale.domain.payments import PaymentState
from aftersale.domain.requests import RefundState
from aftersale.policy.decision import Ask
from aftersale.policy.knobs import NextStep
from aftersale.policy.problem_knobs import DisputeException
from aftersale.services.call import Call, OrderHint
from aftersale.services.deciding import Judgement, Wish, judge
from aftersale.services.one_order import judge_one
from aftersale.services.open_turn import require_open
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice, date
from aftersale.services.seller_counts import count_stockout
from aftersale.services.terms import order_variables
from aftersale.services.wiring import Wiring

_DAY = timedelta(days=1)
# What the policy answers when a reimbursement by the platform is thinkable, now or later.
_THINKABLE = frozenset({"reimburse_may", "reimburse_wait_seller", "reimburse_contact_first"})


class SellerTrouble:
    """Says how it stands with a seller, with every next step there is."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def unreachable(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_seller_unreachable`: a short list of ways on, by what was tried (R0.22)."""
        with self._wiring.uow() as uow:
            wish = Wish(Ask.CONTACT_SELLER)
            judgement = judge_one(self._wiring, uow, call, hint=hint, wish=wish)
            if isinstance(judgement, Reply):
                return judgement
            return self._ways(uow, call, judgement)

    def out_of_stock(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_out_of_stock*`: who refunds, how far it is, and to order again (R0.10)."""
        with self._wiring.uow() as uow:
            wish = Wish(Ask.CONTACT_SELLER)
            judgement = judge_one(self._wiring, uow, call, hint=hint, wish=wish)
            if isinstance(judgement, Reply):
                return judgement
            require_open(uow, call)
            count_stockout(self._wiring, uow, judgement.order, now=call.now)
            reply = self._owed(uow, judgement)
            uow.commit()
        return reply

    def _ways(self, uow: UnitOfWork, call: Call, judgement: Judgement) -> Reply:
        order, policy = judgement.order, judgement.policy
        seller_id, number = order.seller_id or "", order.number
        name = judgement.seller.nickname if judgement.seller else policy.party
        written = uow.parties.last_contact(seller_id, number)
        answered = uow.seller_mail.answered_at(seller_id, number)
        bounce = DisputeException.BOUNCED_EMAIL_OUTREACH in policy.dispute.exceptions
        maybe = self._may_be_reimbursed(uow, call, judgement)
        ways = ["contact_seller"] if judgement.can_write else []
        ways += ["mail_bounced"] if bounce else []
        ways += ["ask_reimbursement"] if maybe else []
        ways += [] if bounce and judgement.can_write else [_NEXT[policy.unspecified.next]]
        variables: dict[str, Any] = {
            **order_variables(order, judgement.seller, policy),
            "attempts": uow.parties.contacts(seller_id, number) or None,
            "written": date(written),
            "waited": _days(call.now, written),
            "answered": date(answered),
            "write": name if judgement.can_write else None,  # each leads a line of its own
            "bounced": name if bounce else None,
            "maybe": number if maybe else None,
            "choices": [choice(way, order_number=number) for way in dict.fromkeys(ways)],
        }
        response = "utter_seller_answered" if answered else "utter_seller_unreachable"
        return Reply(response, variables, {"last_order": number})

    def _may_be_reimbursed(self, uow: UnitOfWork, call: Call, judgement: Judgement) -> bool:
        asked = judge(
            self._wiring,
            uow,
            judgement.order,
            Wish(Ask.REIMBURSE),
            asking_buyer=call.identity.buyer_id,
            now=call.now,
        )
        return asked.decision.reason_code in _THINKABLE

    def _owed(self, uow: UnitOfWork, judgement: Judgement) -> Reply:
        """Say who refunds, and the state of the refund as far as it is known."""
        order = judgement.order
        ways = [choice(way, order_number=order.number) for way in ("reorder", "contact_seller")]
        urls = [line.product_url for line in order.lines if line.product_url]
        variables = {
            **order_variables(order, judgement.seller, judgement.policy),
            **_money(uow, judgement),
            "product_url": urls[0] if urls else None,
            "choices": ways if judgement.can_write else ways[:1],
        }
        return Reply("utter_out_of_stock", variables, {"last_order": order.number})


_NEXT = {
    NextStep.SELLER: "contact_seller",
    NextStep.TICKET: "open_case",
    NextStep.PLATFORM: "open_case",
}
_BACK = frozenset({PaymentState.REFUNDED, PaymentState.VOIDED})
_NOTHING_TAKEN = frozenset({PaymentState.AWAITING, PaymentState.FAILED})


def _money(uow: UnitOfWork, judgement: Judgement) -> dict[str, Any]:
    """Return how far the money is; of these lines exactly one is said."""
    order = judgement.order
    rows = uow.requests.refunds(order.storefront, order.number)
    newest = max(rows, key=lambda row: row.created_at, default=None)
    said: dict[str, Any] = dict.fromkeys(("returned", "under_way", "since", "unpaid", "waiting"))
    shown = order.payment.display or order.number
    if order.payment.state in _BACK or (newest and newest.state is RefundState.CONFIRMED):
        return said | {"returned": shown}
    if newest is not None:
        return said | {"under_way": shown, "since": date(newest.created_at)}
    if order.payment.state in _NOTHING_TAKEN:
        return said | {"unpaid": order.number}
    name = judgement.seller.nickname if judgement.seller else judgement.policy.party
    return said | {"waiting": name}


def _days(now: datetime, since: datetime | None) -> int | None:
    return None if since is None else max((now - since) // _DAY, 0) or None
