"""What becomes due in the life of a case. Each thing happens once, however often it is looked at.

A key in the thread of the case says that it was done; the row is written with the change.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from aftersale.domain.cases import OPEN_CASES, Case, CaseEntry, CaseOwner, CaseState
from aftersale.domain.requests import AuditEntry
from aftersale.policy.decision import Ask
from aftersale.services.case_life.changing import changed, state_before_question
from aftersale.services.case_life.news import tell_case
from aftersale.services.case_life.settling import is_settling, settle
from aftersale.services.cases import acknowledgement_of
from aftersale.services.deciding import Wish, judge
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import choice, time
from aftersale.services.wiring import Wiring

ASKED_AGAIN_FOR = timedelta(days=2)  # how long a buyer has after the one reminder
_FIRST_LINE = frozenset({CaseOwner.SELLER, CaseOwner.LEADER})
_PAGE = 100

logger = logging.getLogger(__name__)


class Due(StrEnum):
    """What came due of a case, as the sweep counts it."""

    ACKNOWLEDGEMENT = "acknowledgement"  # nobody acknowledged it in time: an alarm
    FIRST_LINE = "first_line"  # seller or leader had it for themselves until now
    MAY_STEP_IN = "may_step_in"  # R4.19: the buyer may ask us to step in
    REMINDER = "reminder"  # the buyer did not answer our question in time
    NO_ANSWER = "no_answer"  # nor after the reminder: the case goes on without
    SETTLED = "settled"  # nobody said that what the seller answered does not settle it


class CaseClocks:
    """Does what is due for one case at a time, inside the caller's transaction."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def overdue(self, now: datetime) -> list[Case]:
        """Return every open case one of whose times has come."""
        found: list[Case] = []
        while True:
            with self._wiring.uow() as uow:
                page = uow.cases.overdue(now, after=found[-1] if found else None, limit=_PAGE)
            found += page
            if len(page) < _PAGE:
                return found

    def due(self, uow: UnitOfWork, case: Case, now: datetime) -> list[Due]:
        """Return what is due of a case and was not done yet."""
        if case.state not in OPEN_CASES:
            return []
        done = {entry.entry_key for entry in uow.cases.entries(case.number)}
        return [what for what in self._come(uow, case, now) if _key(case, what) not in done]

    def tick(self, uow: UnitOfWork, case: Case, now: datetime) -> Sequence[Due]:
        """Do what is due of the case as it is now; return what that was."""
        current = uow.cases.get(case.number)
        done = self.due(uow, current, now) if current else []
        for what in done:
            current = uow.cases.get(case.number)
            if current is not None:
                _DO[what](self, uow, current, now)
        return done

    def _come(self, uow: UnitOfWork, case: Case, now: datetime) -> list[Due]:
        come: list[Due] = []
        if case.ack_at is None and _passed(case.ack_due_by, now):
            come.append(Due.ACKNOWLEDGEMENT)
        if case.state is CaseState.WAITING_FOR_BUYER and _passed(case.info_due_by, now):
            come.append(_unanswered(uow, case))
        waits = case.owner in _FIRST_LINE and case.stepped_in_at is None
        if waits and _passed(case.first_line_due_by, now):
            come.append(Due.MAY_STEP_IN if self._may(uow, case, now) else Due.FIRST_LINE)
        return come

    def _may(self, uow: UnitOfWork, case: Case, now: datetime) -> bool:
        """Whether a stated trigger is met, so that the buyer may be offered it (R4.19)."""
        return _intervention(self._wiring, uow, case, now)[0] == "dispute_may"

    def _acknowledgement(self, uow: UnitOfWork, case: Case, now: datetime) -> None:
        logger.error("a case was not acknowledged in time", extra={"case": case.number})
        uow.ledger.breach(acknowledgement_of(case.number), at=now)  # told here, and only here
        self._done(uow, case, Due.ACKNOWLEDGEMENT, now=now)
        tell_case(self._wiring, uow, case, "utter_told_case_ack_late", now=now)

    def _first_line(self, uow: UnitOfWork, case: Case, now: datetime) -> None:
        logger.warning("the first line has not solved a case in time", extra={"case": case.number})
        self._done(uow, case, Due.FIRST_LINE, now=now)
        code, earliest = _intervention(self._wiring, uow, case, now)
        never = code == "dispute_never"
        response = f"utter_told_case_first_line{'_never' if never else ''}"
        ways = [choice("add_to_case", case_number=case.number)]
        if never and case.order_number:
            ways = [choice("contact_seller", order_number=case.order_number)]
        more = {"earliest": time(earliest), "choices": ways}
        tell_case(self._wiring, uow, case, response, now=now, more=more)

    def _may_step_in(self, uow: UnitOfWork, case: Case, now: datetime) -> None:
        self._done(uow, case, Due.MAY_STEP_IN, now=now)
        more = {"choices": [choice("ask_intervention", case_number=case.number)]}
        tell_case(self._wiring, uow, case, "utter_told_case_may_step_in", now=now, more=more)

    def _reminder(self, uow: UnitOfWork, case: Case, now: datetime) -> None:
        self._done(uow, case, Due.REMINDER, now=now)
        by = "system:sweep"
        later = changed(
            uow, case, "answer_time_extended", by=by, now=now, info_due_by=now + ASKED_AGAIN_FOR
        )
        uow.cases.add_entry(_entry(later, now, "The buyer was asked once more.", _last(later)))
        more = {"choices": [choice("add_to_case", case_number=case.number)]}
        tell_case(self._wiring, uow, later, "utter_told_case_asked_again", now=now, more=more)

    def _no_answer(self, uow: UnitOfWork, case: Case, now: datetime) -> None:
        """Go on with what there is: silence decides nothing."""
        self._done(uow, case, Due.NO_ANSWER, now=now)
        after = changed(
            uow,
            case,
            "unanswered",
            by="system:sweep",
            now=now,
            state=state_before_question(case),
            info_asked=None,
            info_due_by=None,
        )
        more = {"choices": [choice("add_to_case", case_number=case.number)]}
        tell_case(self._wiring, uow, after, "utter_told_case_goes_on", now=now, more=more)

    def _settled(self, uow: UnitOfWork, case: Case, now: datetime) -> None:
        self._done(uow, case, Due.SETTLED, now=now)
        after = settle(uow, case, by="system:sweep", now=now)
        more = {"choices": [choice("open_case")]}
        tell_case(self._wiring, uow, after, "utter_told_case_settled", now=now, more=more)

    def _done(self, uow: UnitOfWork, case: Case, what: Due, *, now: datetime) -> None:
        uow.cases.add_entry(_entry(case, now, _WORDS[what], _key(case, what)))
        uow.ledger.audit(
            AuditEntry(
                at=now,
                actor="system:sweep",
                action=f"case.{_ACTIONS[what]}",
                subject=f"case:{case.number}",
                conversation_id=case.conversation_id,
            )
        )


_WORDS = {
    Due.ACKNOWLEDGEMENT: "It was not acknowledged in time.",
    Due.FIRST_LINE: "Who looks first has not solved it in time.",
    Due.MAY_STEP_IN: "The buyer was told that we may step in.",
    Due.REMINDER: "The buyer has not answered in time.",
    Due.NO_ANSWER: "The buyer has not answered the reminder; the case goes on with what there is.",
    Due.SETTLED: "The buyer has not said that it is not settled.",
}
_ACTIONS = {
    Due.ACKNOWLEDGEMENT: "ack_overdue",
    Due.FIRST_LINE: "first_line_over",
    Due.MAY_STEP_IN: "may_step_in",
    Due.REMINDER: "buyer_reminded",
    Due.NO_ANSWER: "goes_on_unanswered",
    Due.SETTLED: "taken_as_settled",
}
_DO = {
    Due.ACKNOWLEDGEMENT: CaseClocks._acknowledgement,
    Due.FIRST_LINE: CaseClocks._first_line,
    Due.MAY_STEP_IN: CaseClocks._may_step_in,
    Due.REMINDER: CaseClocks._reminder,
    Due.NO_ANSWER: CaseClocks._no_answer,
    Due.SETTLED: CaseClocks._settled,
}


def _intervention(
    wiring: Wiring, uow: UnitOfWork, case: Case, now: datetime
) -> tuple[str, datetime | None]:
    """Return what the policy says to stepping in, and from when it would say otherwise."""
    order = uow.orders.find(case.storefront, case.order_number or "")
    if order is None:
        return "not_stated", None
    wish = Wish(Ask.INTERVENE, case_number=case.number)
    decision = judge(wiring, uow, order, wish, asking_buyer=order.buyer_id, now=now).decision
    return decision.reason_code, decision.earliest


def _passed(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now


def _key(case: Case, what: Due) -> str:
    """Return the key of what is done once: for a question, once for each time it is due."""
    asked = case.info_due_by.isoformat() if case.info_due_by else ""
    once = what in {Due.REMINDER, Due.NO_ANSWER, Due.SETTLED}
    return f"{what.value}:{case.number}{f':{asked}' if once else ''}"


def _last(case: Case) -> str:
    """Return the mark that the present time to answer is the last one."""
    asked = case.info_due_by.isoformat() if case.info_due_by else ""
    return f"last:{case.number}:{asked}"


def _unanswered(uow: UnitOfWork, case: Case) -> Due:
    if is_settling(uow, case):
        return Due.SETTLED
    return Due.NO_ANSWER if _reminded(uow, case) else Due.REMINDER


def _reminded(uow: UnitOfWork, case: Case) -> bool:
    return any(entry.entry_key == _last(case) for entry in uow.cases.entries(case.number))


def _entry(case: Case, now: datetime, text: str, key: str) -> CaseEntry:
    return CaseEntry(case.number, now, "system", text, entry_key=key)
