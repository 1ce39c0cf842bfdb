"""What people who work here do with cases: read them, acknowledge, ask, decide, escalate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aftersale.domain.cases import Attachment, Case, CaseEntry
from aftersale.domain.requests import AuditEntry
from aftersale.services.case_life.asking import AskBuyer
from aftersale.services.case_life.changing import of_number
from aftersale.services.case_life.clocks import CaseClocks
from aftersale.services.case_life.escalating import EscalateCase
from aftersale.services.case_life.verdicts import DecideCase
from aftersale.services.wiring import Wiring


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with everything that hangs on it."""

    case: Case
    entries: Sequence[CaseEntry]
    attachments: Sequence[Attachment]


class CaseDesk:
    """The use cases of agents and reviewers. Every read of a case is written down (R3.26)."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self.asking = AskBuyer(wiring)
        self.deciding = DecideCase(wiring)
        self.escalating = EscalateCase(wiring)
        self._clocks = CaseClocks(wiring)

    def list(self, *, storefront: str | None = None) -> Sequence[Case]:
        """Return the newest cases."""
        with self._wiring.uow() as uow:
            return uow.cases.list(storefront=storefront)

    def overdue(self, now: datetime, *, storefront: str | None = None) -> Sequence[Case]:
        """Return every open case one of whose times has come, oldest first."""
        late = self._clocks.overdue(now)
        return [case for case in late if storefront in {None, case.storefront}]

    def read(self, number: str, *, user: str, now: datetime) -> CaseFile:
        """Return the case with its thread, and write down who read it.

        Raises:
            NotFound: there is no such case.
        """
        with self._wiring.uow() as uow:
            case = of_number(uow, number)
            uow.ledger.audit(
                AuditEntry(
                    at=now,
                    actor=f"agent:{user}",
                    action="case.read",
                    subject=f"case:{case.number}",
                    conversation_id=case.conversation_id,
                )
            )
            entries, files = uow.cases.entries(case.number), uow.attachments.of_case(case.number)
            uow.commit()
        return CaseFile(case, entries, files)
