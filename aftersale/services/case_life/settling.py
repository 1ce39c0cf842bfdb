"""The seller answered the platform (R0.21): does that settle it? Silence closes, a no goes on.

The question is one to the buyer with a due date, like those of a person; a key in the thread tells
it from them. Until then a no is enough; a closed case stays closed, and a new one is offered.
"""

from datetime import datetime, timedelta

from aftersale.domain.cases import Case, CaseEntry, CaseState, CaseType
from aftersale.services.case_life.changing import changed
from aftersale.services.case_life.news import tell_case
from aftersale.services.cases import acknowledgement_of
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import choice
from aftersale.services.wiring import Wiring

ASKS = "utter_told_case_settles"
SETTLES_AFTER = timedelta(days=7)  # longer than for other questions: silence ends something here
_ASKABLE = frozenset({CaseState.OPEN, CaseState.ACKNOWLEDGED})


def ask_if_settled(
    wiring: Wiring, uow: UnitOfWork, number: str, *, by: str, now: datetime
) -> Case | None:
    """Let an outreach case wait for its buyer; None if it is over or waits for another answer."""
    case = uow.cases.get(number)
    if case is None or case.type is not CaseType.SELLER_UNREACHABLE:
        return None
    if case.state not in _ASKABLE and not is_settling(uow, case):
        return None
    if case.ack_at is None and case.ack_due_by is not None:
        uow.ledger.keep(acknowledgement_of(case.number), at=now)  # an answer is more than that
    question = wiring.voice.plain(
        "entry_case_settles", {}, storefront=case.storefront, locale="en", timezone="UTC"
    )
    asked = changed(
        uow,
        case,
        "settling_asked",
        by=by,
        now=now,
        state=CaseState.WAITING_FOR_BUYER,
        ack_at=case.ack_at or now,
        info_asked=question,
        info_due_by=now + SETTLES_AFTER,
    )
    uow.cases.add_entry(CaseEntry(number, now, "system", question, entry_key=_key(asked)))
    yes, no = (choice(way, case_number=number) for way in ("solved_it", "add_to_case"))
    tell_case(wiring, uow, asked, ASKS, now=now, more={"choices": [yes, no]})
    return asked


def is_settling(uow: UnitOfWork, case: Case) -> bool:
    """Whether the case waits for its buyer to say if it is settled."""
    waits = case.state is CaseState.WAITING_FOR_BUYER
    return waits and any(each.entry_key == _key(case) for each in uow.cases.entries(case.number))


def settle(uow: UnitOfWork, case: Case, *, by: str, now: datetime) -> Case:
    """Close the case: the buyer said so, or said nothing in time."""
    return changed(
        uow,
        case,
        "settled",
        by=by,
        now=now,
        state=CaseState.CLOSED,
        closed_at=now,
        info_asked=None,
        info_due_by=None,
    )


def _key(case: Case) -> str:
    asked = case.info_due_by.isoformat() if case.info_due_by else ""
    return f"settles:{case.number}:{asked}"
