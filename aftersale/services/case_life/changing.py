"""One change of a case: the case as it is then, its audit row, and the promise it keeps."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from aftersale.domain.cases import OPEN_CASES, Case, CaseState
from aftersale.domain.requests import AuditEntry
from aftersale.errors import CaseOver, NotFound
from aftersale.services.case_life.finding import canonical_case
from aftersale.services.cases import acknowledgement_of
from aftersale.services.ports import UnitOfWork

_SHOWN = ("state", "owner", "verdict", "verdict_code", "review_verdict", "reviewer", "decided_by")


def of_number(uow: UnitOfWork, number: str) -> Case:
    """Return the case for somebody who works here.

    Raises:
        NotFound: there is none of that number.
    """
    case = uow.cases.get(canonical_case(number))
    if case is None:
        raise NotFound("There is no case of that number; `aftersale cases list` shows them.")
    return case


def require_open(case: Case) -> Case:
    """Return the case when somebody still works on it.

    Raises:
        CaseOver: it is decided or closed.
    """
    if case.state not in OPEN_CASES:
        raise CaseOver(f"The case is {case.state.value} already.")
    return case


def changed(
    uow: UnitOfWork, case: Case, action: str, *, by: str, now: datetime, **changes: Any
) -> Case:
    """Write the changed case with its audit row and return it.

    A person who acts on a case has seen it: that keeps the promise to acknowledge it.
    """
    if by.startswith("agent:") and case.ack_at is None:
        changes["ack_at"] = now
        if case.ack_due_by is not None:
            uow.ledger.keep(acknowledgement_of(case.number), at=now)
    after = replace(case, **changes)
    audit = AuditEntry(
        at=now,
        actor=by,
        action=f"case.{action}",
        subject=f"case:{case.number}",
        before={name: getattr(case, name) for name in _SHOWN if name in changes},
        after={name: getattr(after, name) for name in _SHOWN if name in changes},
        conversation_id=case.conversation_id,
    )
    uow.cases.save(after, audit=audit)
    return after


def state_before_question(case: Case) -> CaseState:
    """Return where a case goes on once the buyer has answered, or has not."""
    if case.escalated_at is not None and case.reviewed_at is None:
        return CaseState.ESCALATED
    return CaseState.ACKNOWLEDGED if case.ack_at is not None else CaseState.OPEN
