"""Where a case stands: what happens, who acts, what is wanted of the buyer (R3.1, R3.5)."""

from aftersale.domain.cases import Case
from aftersale.services.call import Call
from aftersale.services.case_life.finding import one_case
from aftersale.services.case_life.words import case_variables, status_response, ways_on
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply
from aftersale.services.wiring import Wiring


class ShowCase:
    """Answers "what is happening with my ticket?"."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def status(self, call: Call, number: str | None) -> Reply:
        """`utter_case_status_*`; else `utter_which_case`, `utter_case_none|unknown`."""
        with self._wiring.uow() as uow:
            case = one_case(uow, call, number, intent="case_status")
            return case if isinstance(case, Reply) else self._stands(uow, case)

    def _stands(self, uow: UnitOfWork, case: Case) -> Reply:
        variables = case_variables(self._wiring, uow, case)
        variables["choices"] = ways_on(case, variables)
        slots = {"last_order": case.order_number} if case.order_number else {}
        return Reply(status_response(case), variables, slots)
