"""The platform steps into a case that the first line has not solved (R4.18, R4.19)."""

from datetime import datetime
from typing import Any

from aftersale.domain.cases import Case, CaseEntry, CaseOwner, CaseState, Role
from aftersale.errors import CaseOver
from aftersale.policy.decision import Ask
from aftersale.services.call import Call, OrderHint
from aftersale.services.case_life.changing import changed
from aftersale.services.case_life.finding import own_case
from aftersale.services.case_life.words import case_variables
from aftersale.services.deciding import Wish
from aftersale.services.deed import Deed
from aftersale.services.ports import UnitOfWork
from aftersale.services.propose import propose
from aftersale.services.reply import Reply, choice
from aftersale.services.wiring import Wiring


class AskIntervention:
    """Says whether the platform may step in, and proposes it where it may."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def propose(self, call: Call, hint: OrderHint, number: str | None, text: str | None) -> Reply:
        """`utter_dispute_*`, or a question which order.

        A case number says which order it is about; somebody else's says nothing.
        """
        wish = Wish(Ask.INTERVENE, reason_text=text)
        if number:
            with self._wiring.uow() as uow:
                case = own_case(uow, call, number)
            if case is None or case.order_number is None:
                return Reply("utter_case_unknown", {"choices": [choice("case_status")]})
            hint = OrderHint(number=case.order_number)
            wish = Wish(Ask.INTERVENE, reason_text=text, case_number=case.number)
        return propose(self._wiring, call, hint, wish)


def step_in(wiring: Wiring, uow: UnitOfWork, deed: Deed) -> Reply:
    """Take the case from the first line: the effect of the buyer's yes."""
    wish, order = deed.judgement.wish, deed.judgement.order
    about = [
        case
        for case in uow.cases.of_buyer(order.storefront, order.buyer_id)
        if case.order_number == order.number and wish.case_number in {None, case.number}
    ]
    if not about:
        raise CaseOver("There is no case to step into.")
    by = f"buyer:{order.buyer_id}"
    case = take_over(uow, about[0], by=by, text=wish.reason_text or "", now=deed.call.now)
    return Reply("utter_case_stepped_in", case_variables(wiring, uow, case))


def take_over(uow: UnitOfWork, case: Case, *, by: str, text: str, now: datetime) -> Case:
    """Make the platform the owner of a case; a second time changes nothing."""
    if case.stepped_in_at is not None:
        return case
    role = Role.BUYER if by.startswith("buyer:") else Role.PLATFORM
    uow.cases.add_entry(CaseEntry(case.number, now, by, text, role, f"stepped_in:{case.number}"))
    what: dict[str, Any] = {"owner": CaseOwner.PLATFORM, "stepped_in_at": now}
    if case.state is CaseState.DECIDED:  # a disputed decision: a different person looks again
        what |= {"state": CaseState.ESCALATED, "escalated_at": now, "escalation_reason": text}
    return changed(uow, case, "stepped_in", by=by, now=now, **what)
