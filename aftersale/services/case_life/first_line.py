"""What the first line of a case wrote about it: whose case an answer is, and the newest one."""

from collections.abc import Sequence

from aftersale.domain.cases import (
    OPEN_CASES,
    Attachment,
    Case,
    CaseEntry,
    CaseOwner,
    CaseType,
    Role,
)
from aftersale.domain.requests import AuditEntry
from aftersale.domain.sellers import Direction, SellerMessage
from aftersale.services.ports import UnitOfWork

_FIRST_LINE = frozenset({Role.SELLER, Role.LEADER})


def case_behind(uow: UnitOfWork, letter: SellerMessage) -> Case | None:
    """Return the case that an answer to the letter belongs to.

    That is the letter's own, or the newest one that the seller has first and that an earlier
    letter of the thread was about: what is written afterwards goes on about it.
    """
    if letter.case_number:
        return uow.cases.get(letter.case_number)
    before = [
        each.case_number
        for each in uow.seller_mail.thread(letter.thread_id)
        if each.direction is Direction.TO_SELLER and each.case_number and each.at <= letter.at
    ]
    found = [uow.cases.get(number) for number in reversed(before)]
    waiting = [case for case in found if case is not None and _waits_for_seller(case)]
    return next(iter(waiting), None)


def is_outreach(case: Case | None) -> bool:
    """Whether the platform itself wrote to the seller, because mail to them came back (R0.21)."""
    return case is not None and case.type is CaseType.SELLER_UNREACHABLE


def photos_for(uow: UnitOfWork, letter: SellerMessage) -> Sequence[Attachment]:
    """Return what was sent with the letter's own case, as long as somebody works on that.

    What shows that mail came back is for the platform, whose letter shows none of it.
    """
    case = uow.cases.get(letter.case_number) if letter.case_number else None
    if case is None or is_outreach(case) or case.state not in OPEN_CASES:
        return ()
    return uow.attachments.of_case(case.number)


def put_into_case(uow: UnitOfWork, case: Case, answer: SellerMessage, *, by: str) -> None:
    """Put what the seller wrote into the thread, once; the first line has answered with it."""
    key = f"seller_answer:{answer.message_id}"
    entry = CaseEntry(case.number, answer.at, by, answer.text, Role.SELLER, key)
    if not uow.cases.add_entry(entry) or case.owner is not CaseOwner.SELLER:
        return
    uow.ledger.audit(
        AuditEntry(
            at=answer.at,
            actor=by,
            action="case.first_line_answered",
            subject=f"case:{case.number}",
            conversation_id=case.conversation_id,
        )
    )


def newest_answer(entries: Sequence[CaseEntry]) -> CaseEntry | None:
    """Return what the seller or the leader wrote last, if they wrote at all."""
    return next((each for each in reversed(entries) if each.role in _FIRST_LINE), None)


def _waits_for_seller(case: Case) -> bool:
    return case.owner is CaseOwner.SELLER and case.state in OPEN_CASES
