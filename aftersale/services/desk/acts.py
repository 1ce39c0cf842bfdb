"""What people at the desk do about orders, cases and buyers, made once by `bootstrap`."""

from dataclasses import dataclass

from aftersale.services.case_life.desk import CaseDesk
from aftersale.services.desk.acting import Acting
from aftersale.services.desk.approvals import Approvals
from aftersale.services.desk.blocking import Blocking
from aftersale.services.desk.cases import DeskCases
from aftersale.services.desk.orders import DeskOrders
from aftersale.services.desk.writing_first import WritingFirst
from aftersale.services.incoming import Screen
from aftersale.services.wiring import Wiring


@dataclass(frozen=True, slots=True)
class DeskActs:
    """Every use case that is about more than a conversation."""

    acting: Acting
    approvals: Approvals
    blocking: Blocking
    cases: DeskCases
    case_desk: CaseDesk  # of the command line: no signed-in user limits it
    orders: DeskOrders
    writing_first: WritingFirst

    @classmethod
    def made_with(cls, wiring: Wiring, screen: Screen) -> "DeskActs":
        """Return them all."""
        cases = CaseDesk(wiring)
        return cls(
            acting=Acting(wiring),
            approvals=Approvals(wiring, cases, screen),
            blocking=Blocking(wiring.uow),
            cases=DeskCases(wiring, cases, screen),
            case_desk=cases,
            orders=DeskOrders(wiring.uow),
            writing_first=WritingFirst(wiring, screen),
        )
