"""The sweeper: does what is due. Runs as often as one likes; a second run changes nothing."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from aftersale.domain.orders import Order
from aftersale.domain.requests import (
    OrderRequest,
    OutboxState,
    Promise,
    RequestKind,
    RequestState,
)
from aftersale.domain.sellers import SellerEventKind
from aftersale.jobs.sweep_cases import SweepCases
from aftersale.jobs.sweep_idle import SweepIdle
from aftersale.jobs.sweep_passing import SweepPassing
from aftersale.jobs.sweep_promises import SweepPromises
from aftersale.policy.decision import Ask, MoneyMove, Outcome
from aftersale.policy.knobs import Policy
from aftersale.services.acknowledge import SHOP_ANSWERS, end_request, shop_silent
from aftersale.services.case_life.clocks import Due
from aftersale.services.deciding import Judgement, Wish, judge
from aftersale.services.effects import shop_cancel, start_cancelling
from aftersale.services.handoff.watching import HandoffWatch
from aftersale.services.ports import UnitOfWork
from aftersale.services.ports_files import FileStore
from aftersale.services.reminders import REMIND_CANCEL
from aftersale.services.reply import choice
from aftersale.services.secure_link import forget_old
from aftersale.services.seller_counts import count_request, count_stockout
from aftersale.services.shop_events import ShopEvents, command_row
from aftersale.services.telling import tell
from aftersale.services.terms import open_lines
from aftersale.services.wiring import Wiring

_EXPIRED = {
    RequestKind.CANCELLATION: "utter_told_consent_expired",
    RequestKind.HOLD: "utter_told_hold_expired",
}
_PAGE = 100
_NOW_POSSIBLE = frozenset({Outcome.DO_NOW, Outcome.SEND_REQUEST})

logger = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Swept:
    """What one run did, or with a dry run would do."""

    auto_cancelled: int = 0
    requests_expired: int = 0
    reminders: int = 0
    answers_missed: int = 0
    requests_overtaken: int = 0
    acknowledgements_missed: int = 0
    first_lines_over: int = 0
    interventions_offered: int = 0
    buyers_reminded: int = 0
    answers_given_up: int = 0
    cases_settled: int = 0
    cases_unacknowledged: int = 0  # how many there are, not only those found out by this run
    promises_missed: int = 0
    promises_overdue: int = 0  # how many there are, as above
    ratings_asked: int = 0
    stockouts_counted: int = 0
    notes_forgotten: int = 0
    records_forgotten: int = 0
    uploads_removed: int = 0
    files_removed: int = 0
    chats_closed: int = 0
    handoffs_expired: int = 0
    handoffs_released: int = 0
    handoffs_offered: int = 0


class Sweep:
    """Orders that cancel themselves, requests and commands nobody answered, reminders."""

    def __init__(self, wiring: Wiring, files: FileStore | None = None) -> None:
        self._wiring = wiring
        self._shop_events = ShopEvents(wiring)
        self._cases = SweepCases(wiring)
        self._promises = SweepPromises(wiring)
        self._passing = SweepPassing(wiring, files)
        self._idle = SweepIdle(wiring)
        self.handoffs = HandoffWatch(wiring)

    def run(self, now: datetime, *, dry_run: bool = False) -> Swept:
        """Do (or, with `dry_run`, count) what is due. The caller runs the relay afterwards."""
        handoffs = self.handoffs.run(now, dry_run=dry_run)  # somebody waits for it
        cases = self._cases.run(now, dry_run=dry_run)
        swept = Swept(
            handoffs_expired=handoffs.expired,
            handoffs_released=handoffs.released,
            handoffs_offered=handoffs.offered,
            requests_overtaken=self._overtake(now, dry_run),  # before they are called unanswered
            auto_cancelled=sum(
                self._auto_cancel(policy, now, dry_run)
                for policy in self._wiring.policies.values()
            ),
            requests_expired=self._expire(now, dry_run),
            reminders=self._kept(REMIND_CANCEL, self._remind, now, dry_run),
            answers_missed=self._kept(SHOP_ANSWERS, self._miss_answer, now, dry_run),
            acknowledgements_missed=cases[Due.ACKNOWLEDGEMENT],
            first_lines_over=cases[Due.FIRST_LINE],
            interventions_offered=cases[Due.MAY_STEP_IN],
            buyers_reminded=cases[Due.REMINDER],
            answers_given_up=cases[Due.NO_ANSWER],
            cases_settled=cases[Due.SETTLED],
            cases_unacknowledged=self._cases.unacknowledged(now),
            promises_missed=self._promises.missed(now, dry_run=dry_run),  # after all is done
            promises_overdue=self._promises.still_missed(now),
            ratings_asked=self._promises.ratings(now, dry_run=dry_run),
            stockouts_counted=self._stockouts(now, dry_run),
            notes_forgotten=forget_old(self._wiring, now=now, dry_run=dry_run),
        )
        removed = self._passing.run(now, dry_run=dry_run)  # last: nothing waits for it
        return replace(
            swept,
            records_forgotten=removed.records,
            uploads_removed=removed.uploads,
            files_removed=removed.files,
            chats_closed=self._idle.run(now, dry_run=dry_run),
        )

    def _auto_cancel(self, policy: Policy, now: datetime, dry_run: bool) -> int:
        """Cancel unpaid orders whose time is over (R1.11); the policy is asked about each."""
        if policy.unpaid.auto_after is None:
            return 0
        before, done = now - policy.unpaid.auto_after.span, 0
        last: Order | None = None
        while True:
            with self._wiring.uow() as uow:
                page = uow.orders.unpaid_before(policy.storefront, before, after=last, limit=_PAGE)
                due = [order for order in page if self._due(uow, order, now)]
            done += len(due) if dry_run else self._each(due, now, self._cancel_if_due)
            if len(page) < _PAGE:
                return done
            last = page[-1]

    def _each(
        self, due: Sequence[T], now: datetime, work: Callable[[UnitOfWork, T, datetime], bool]
    ) -> int:
        """Do it for each in a transaction of its own, so that one that fails stops no other."""
        done = 0
        for one in due:
            try:
                with self._wiring.uow() as uow:
                    is_done = work(uow, one, now)
                    uow.commit()
                done += is_done
            except Exception:  # a process edge: it is tried again by the next run
                logger.exception("something that is due could not be done")
        return done

    def _due(self, uow: UnitOfWork, order: Order, now: datetime) -> Judgement | None:
        """Return the judgement of an order that cancels itself now, and never did before."""
        if uow.outbox.by_key(_key(order)) is not None:
            return None
        judgement = self._judged(uow, order, now)
        return judgement if _is_due(judgement, now) else None

    def _judged(self, uow: UnitOfWork, order: Order, now: datetime) -> Judgement:
        wish = Wish(Ask.CANCEL)
        return judge(self._wiring, uow, order, wish, asking_buyer=order.buyer_id, now=now)

    def _cancel_if_due(self, uow: UnitOfWork, order: Order, now: datetime) -> bool:
        current = uow.orders.find(order.storefront, order.number)
        judgement = self._due(uow, current, now) if current else None
        if judgement is not None:
            self._cancel(uow, judgement, now)
        return judgement is not None

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

    def _overtake(self, now: datetime, dry_run: bool) -> int:
        """End requests whose goods an import says have left, and tell the buyers (R1.5)."""
        with self._wiring.uow() as uow:
            requests = uow.requests.overtaken()
        orders = list(dict.fromkeys((each.storefront, each.order_number) for each in requests))
        return len(orders) if dry_run else self._each(orders, now, self._has_left)

    def _has_left(self, uow: UnitOfWork, at: tuple[str, str], now: datetime) -> bool:
        order = uow.orders.find(*at)
        return order is not None and self._shop_events.overtake(uow, order, now)

    def _stockouts(self, now: datetime, dry_run: bool) -> int:
        """Count goods that the shop says are out of stock, once an order (R0.11)."""
        with self._wiring.uow() as uow:
            due = uow.seller_mail.uncounted_stockouts()
        return len(due) if dry_run else self._each(due, now, self._count_stockout)

    def _count_stockout(self, uow: UnitOfWork, at: tuple[str, str], now: datetime) -> bool:
        order = uow.orders.find(*at)
        return order is not None and count_stockout(self._wiring, uow, order, now=now)

    def _expire(self, now: datetime, dry_run: bool) -> int:
        """End requests that nobody answered in time, and tell the buyer (R1.5)."""
        with self._wiring.uow() as uow:
            due = [r for r in uow.requests.due(now) if r.state is RequestState.SENT]
        return len(due) if dry_run else self._each(due, now, self._end)

    def _end(self, uow: UnitOfWork, request: OrderRequest, now: datetime) -> bool:
        state, actor = RequestState.EXPIRED, "system:sweep"
        if not end_request(uow, request.request_id, state, now=now, actor=actor):
            return False
        order = uow.orders.find(request.storefront, request.order_number)
        if order is not None:
            kind, key = SellerEventKind.SILENCE, request.request_id
            count_request(uow, order, kind, key=key, now=now)
            self._tell_expired(uow, order, request, now)
        return True

    def _kept(
        self,
        code: str,
        keep: Callable[[UnitOfWork, Promise, Order, datetime], None],
        now: datetime,
        dry_run: bool,
    ) -> int:
        """Keep the promises of that code that are due, each of them once."""
        with self._wiring.uow() as uow:
            due = uow.ledger.due_promises(now, code=code)

        def once(uow: UnitOfWork, promise: Promise, now: datetime) -> bool:
            if not uow.ledger.keep(promise.promise_id, at=now):
                return False
            order = uow.orders.find(promise.storefront, promise.order_number or "")
            if order is not None:
                keep(uow, promise, order, now)
            return True

        return len(due) if dry_run else self._each(due, now, once)

    def _remind(self, uow: UnitOfWork, promise: Promise, order: Order, now: datetime) -> None:
        """Tell that the time has come (R1.8), unless cancelling is no longer possible."""
        if self._judged(uow, order, now).decision.outcome not in _NOW_POSSIBLE:
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

    def _miss_answer(
        self, uow: UnitOfWork, _promise: Promise, order: Order, now: datetime
    ) -> None:
        """Give a command that the shop took and never answered to a person."""
        for request in uow.requests.open_for_order(order.storefront, order.number):
            row = command_row(uow, request)
            if row is not None and row.state is OutboxState.DONE:
                shop_silent(self._wiring, uow, row.payload, error="No answer in time.", now=now)

    def _tell_expired(
        self, uow: UnitOfWork, order: Order, request: OrderRequest, now: datetime
    ) -> None:
        ways = [choice(way, order_number=order.number) for way in ("contact_seller", "open_case")]
        tell(
            self._wiring,
            uow,
            order,
            _EXPIRED[request.kind],
            conversation_id=request.conversation_id,
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
