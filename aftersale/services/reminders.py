"""Promise to tell a buyer when something becomes possible (R1.8)."""

from datetime import datetime

from aftersale.domain.requests import Promise
from aftersale.policy.decision import Outcome
from aftersale.services.call import Call, OrderHint
from aftersale.services.deciding import Judgement
from aftersale.services.launched import closed
from aftersale.services.one_order import judge_one
from aftersale.services.open_turn import require_open
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice, time
from aftersale.services.terms import order_variables
from aftersale.services.wiring import Wiring

REMIND_CANCEL = "remind_cancel"  # the promise code the sweeper looks for


class Reminders:
    """Stores the promise; the sweeper keeps it. Asking for it is the yes: nothing else changes."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def remind(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_reminder_set`, `utter_reminder_already`, or `utter_reminder_not_needed`."""
        with self._wiring.uow() as uow:
            require_open(uow, call)
            if nothing := closed(self._wiring, call):
                return nothing
            judgement = judge_one(self._wiring, uow, call, hint=hint)
            if isinstance(judgement, Reply):
                return judgement
            reply = self._promise(uow, call, judgement)
            uow.commit()
        return reply

    def _promise(self, uow: UnitOfWork, call: Call, judgement: Judgement) -> Reply:
        order, decision = judgement.order, judgement.decision
        variables = order_variables(order, judgement.seller, judgement.policy)
        slots = {"last_order": order.number}
        if decision.outcome is not Outcome.WAIT_UNTIL or decision.earliest is None:
            choices = [choice("cancel_order", order_number=order.number)]
            return Reply("utter_reminder_not_needed", {**variables, "choices": choices}, slots)
        variables["earliest"] = time(decision.earliest)
        if _promised(uow, call, order.number):
            return Reply("utter_reminder_already", variables, slots)
        uow.ledger.promise(self._row(call, order.number, decision.earliest))
        return Reply("utter_reminder_set", variables, slots)

    def _row(self, call: Call, number: str, due_at: datetime) -> Promise:
        return Promise(
            promise_id=self._wiring.new_id(),
            conversation_id=call.conversation_id,
            storefront=call.identity.storefront,
            order_number=number,
            code=REMIND_CANCEL,
            due_at=due_at,
            made_at=call.now,
        )


def _promised(uow: UnitOfWork, call: Call, number: str) -> bool:
    return any(
        promise.code == REMIND_CANCEL
        and promise.order_number == number
        and promise.kept_at is None
        for promise in uow.ledger.promises(call.conversation_id)
    )
