"""What a person here does to a case beside deciding it: acknowledge, ask the buyer, close."""

from datetime import datetime, timedelta

from aftersale.domain.cases import Case, CaseEntry, CaseState, Role
from aftersale.errors import CaseOver
from aftersale.services.case_life.changing import changed, of_number, require_open
from aftersale.services.case_life.news import tell_case
from aftersale.services.case_life.parties import require_impartial
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import choice
from aftersale.services.wiring import Wiring

ANSWER_WITHIN = timedelta(days=3)
_SEEN = CaseState.ACKNOWLEDGED


class AskBuyer:
    """Acknowledges cases, asks their buyers for more (R3.5, R4.17), and closes them."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def acknowledge(self, number: str, *, user: str, now: datetime) -> Case:
        """Say that a person has seen the case; saying it again changes nothing.

        Raises:
            NotFound: there is no such case.
            CaseOver: it is decided or closed.
        """
        with self._wiring.uow() as uow:
            case = require_open(of_number(uow, number))
            if case.ack_at is None:
                moved = {} if case.state is not CaseState.OPEN else {"state": _SEEN}
                case = changed(uow, case, "acknowledged", by=f"agent:{user}", now=now, **moved)
                tell_case(self._wiring, uow, case, "utter_told_case_acknowledged", now=now)
                uow.commit()
        return case

    def ask(
        self,
        number: str,
        text: str,
        *,
        user: str,
        now: datetime,
        within: timedelta = ANSWER_WITHIN,
    ) -> Case:
        """Ask the buyer for more, in their conversation, with the time they have (R4.17).

        Raises:
            NotFound: there is no such case.
            CaseOver: it is decided or closed.
        """
        with self._wiring.uow() as uow:
            case = require_open(of_number(uow, number))
            asked = changed(
                uow,
                case,
                "information_asked",
                by=f"agent:{user}",
                now=now,
                state=CaseState.WAITING_FOR_BUYER,
                info_asked=text,
                info_due_by=now + within,
            )
            _write(uow, asked, text, user=user, now=now)
            tell_case(
                self._wiring,
                uow,
                asked,
                "utter_told_case_asked",
                now=now,
                more={"choices": [choice("add_to_case", case_number=asked.number)]},
            )
            uow.commit()
        return asked

    def close(self, number: str, text: str, *, user: str, now: datetime) -> Case:
        """End a case for good, and say why; nothing is taken any more.

        Raises:
            NotFound: there is no such case.
            CaseOver: it is closed already.
            PartyToCase: the user takes part in the case.
        """
        with self._wiring.uow() as uow:
            case = of_number(uow, number)
            if case.state is CaseState.CLOSED:
                raise CaseOver("The case is closed already.")
            require_impartial(uow, case, user)
            what = {"state": CaseState.CLOSED, "closed_at": now}
            closed = changed(uow, case, "closed", by=f"agent:{user}", now=now, **what)
            _write(uow, closed, text, user=user, now=now)
            more = {"remark": text, "choices": [choice("open_case")]}
            tell_case(self._wiring, uow, closed, "utter_told_case_closed", now=now, more=more)
            uow.commit()
        return closed


def _write(uow: UnitOfWork, case: Case, text: str, *, user: str, now: datetime) -> None:
    reviewing = case.escalated_at is not None and case.reviewed_at is None
    role = Role.REVIEWER if reviewing else Role.PLATFORM
    uow.cases.add_entry(CaseEntry(case.number, now, f"agent:{user}", text, role))
