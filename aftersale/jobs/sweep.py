"""The sweeper: does what is due. Runs as often as one likes; a second run changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aftersale.domain.orders import Order
from aftersale.domain.requests import (
    OrderRequest,
    Promise,
    RequestKind,
    RequestState,
)
from aftersale.policy.decision import Ask, MoneyMove, Outcome
from aftersale.policy.knobs import Policy
from aftersale.services.acknowledge import end_request
from aftersale.services.deciding import Judgement, Wish, judge
from aftersale.services.effects import shop_cancel, start_cancelling
from aftersale.services.ports import UnitOfWork
from aftersale.services.reminders import REMIND_CANCEL
from aftersale.services.reply import choice
from aftersale.services.telling import tell
from aftersale.services.terms import open_lines
from aftersale.services.wiring import Wiring

_EXPIRED = {
    RequestKind.CANCELLATION: "utter_told_consent_expired",
    RequestKind.HOLD: "utter_told_hold_expired",
}
_NOW_POSSIBLE = frozenset({Outcome.DO_NOW, Outcome.SEND_REQUEST})


@dataclass(frozen=True, slots=True)
class Swept:
    """What one run did, or with a dry run would do."""

    auto_cancelled: int = 0
    requests_expired: int = 0
    reminders: int = 0


class Sweep:
    """Unpaid orders that cancel themselves, requests nobody answered, reminders that are due."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def run(self, now: datetime, *, dry_run: bool = False) -> Swept:
        """Do (or, with `dry_run`, count) what is due. The caller runs the relay afterwards."""
        return Swept(
            auto_cancelled=sum(
                self._auto_cancel(policy, now, dry_run)
                for policy in self._wiring.policies.values()
            ),
            requests_expired=self._expire(now, dry_run),
            reminders=self._remind(now, dry_run),
        )

    def _auto_cancel(self, policy: Policy, now: datetime, dry_run: bool) -> int:
        """Cancel unpaid orders whose time is over (R1.11); the policy is asked about each."""
        if policy.unpaid.auto_after is None:
            return 0
        before = now - policy.unpaid.auto_after.span
        with self._wiring.uow() as uow:
            orders = uow.orders.unpaid_before(policy.storefront, before)
            fresh = [order for order in orders if uow.outbox.by_key(_key(order)) is None]
            due = [judged for judged in self._judged(uow, fresh, now) if _is_due(judged, now)]
            for judgement in due if not dry_run else ():
                self._cancel(uow, judgement, now)
            uow.commit()
        return len(due)

    def _judged(self, uow: UnitOfWork, orders: Sequence[Order], now: datetime) -> list[Judgement]:
        wish = Wish(Ask.CANCEL)
        return [
            judge(self._wiring, uow, order, wish, asking_buyer=order.buyer_id, now=now)
            for order in orders
        ]

    def _cancel(self, uow: UnitOfWork, judgement: Judgement, now: datetime) -> None:
        order = judgement.order
        conversation = uow.conversations.latest_of_buyer(order.storefront, order.buyer_id)
        key = _key(order)
        request = OrderRequest(
            request_id=self._wiring.new_id(),
            kind=RequestKind.CANCELLATION,
            state=RequestState.SENT,
            storefront=order.storefront,
            order_number=order.number,
            line_ids=open_lines(order),
            actor="system",
            conversation_id=conversation.conversation_id if conversation else None,
            created_at=now,
            due_by=None,
            idempotency_key=key,
            reason=judgement.decision.reason_code,
        )
        uow.requests.add(request)
        start_cancelling(uow, order, by="system:sweep", request=request, now=now)
        row = shop_cancel(
            self._wiring, request, key=key, money=MoneyMove.NONE, now=now, not_before=now
        )
        row.payload["told_as"] = "utter_told_auto_cancelled"
        uow.outbox.add(row)

    def _expire(self, now: datetime, dry_run: bool) -> int:
        """End requests that nobody answered in time, and tell the buyer (R1.5)."""
        with self._wiring.uow() as uow:
            due = [r for r in uow.requests.due(now) if r.state is RequestState.SENT]
            for request in due if not dry_run else ():
                end_request(
                    uow, request.request_id, RequestState.EXPIRED, now=now, actor="system:sweep"
                )
                order = uow.orders.find(request.storefront, request.order_number)
                if order is not None:
                    self._tell(
                        uow,
                        order,
                        _EXPIRED[request.kind],
                        conversation_id=request.conversation_id,
                        now=now,
                    )
            uow.commit()
        return len(due)

    def _remind(self, now: datetime, dry_run: bool) -> int:
        """Tell buyers that the time they wanted to be told about has come (R1.8)."""
        with self._wiring.uow() as uow:
            due = uow.ledger.due_promises(now, code=REMIND_CANCEL)
            if not dry_run:
                for promise in due:
                    self._keep(uow, promise, now)
            uow.commit()
        return len(due)

    def _keep(self, uow: UnitOfWork, promise: Promise, now: datetime) -> None:
        """Keep the promise; where cancelling is no longer possible there is nothing to tell."""
        if not uow.ledger.keep(promise.promise_id, at=now):
            return
        order = uow.orders.find(promise.storefront, promise.order_number or "")
        if order is None:
            return
        judgement = self._judged(uow, [order], now)[0]
        if judgement.decision.outcome not in _NOW_POSSIBLE:
            return
        tell(
            self._wiring,
            uow,
            order,
            "utter_told_reminder",
            conversation_id=promise.conversation_id,
            now=now,
            more={"choices": [choice("cancel_order", order_number=order.number)]},
        )

    def _tell(
        self,
        uow: UnitOfWork,
        order: Order,
        response: str,
        *,
        conversation_id: str | None,
        now: datetime,
    ) -> None:
        ways = [choice(way, order_number=order.number) for way in ("contact_seller", "open_case")]
        tell(
            self._wiring,
            uow,
            order,
            response,
            conversation_id=conversation_id,
            now=now,
            more={"choices": ways},
        )


def _key(order: Order) -> str:
    """Return the key under which an order cancels itself: once, even if the shop refuses it."""
    return f"auto:{order.storefront}/{order.number}"


def _is_due(judgement: Judgement, now: datetime) -> bool:
    decision = judgement.decision
    is_time = decision.latest is not None and decision.latest <= now
    return decision.outcome is Outcome.AUTO_AT and is_time
