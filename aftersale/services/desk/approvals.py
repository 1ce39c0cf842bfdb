"""Actions that wait for a yes (launch control `approve`): shown as the buyer confirmed them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aftersale.domain.acting import CaseFilter
from aftersale.domain.cases import OPEN_CASES, Case, CaseType, CaseVerdict
from aftersale.domain.desk import DeskUser, Role
from aftersale.domain.parties import Buyer
from aftersale.domain.requests import PendingCommand
from aftersale.errors import NotAllowed, NotFound
from aftersale.services.case_life.carrying_out import Preview, confirmed_by_buyer, preview
from aftersale.services.case_life.desk import CaseDesk
from aftersale.services.desk.case_words import case_words
from aftersale.services.desk.reads import note_read
from aftersale.services.desk.showing import decision_shown
from aftersale.services.incoming import Screen
from aftersale.services.ports import UnitOfWork
from aftersale.services.wiring import Wiring

_NO_SUCH = "Nothing of that number waits for an approval."


@dataclass(frozen=True, slots=True)
class Waiting:
    """One action that waits: what the buyer said yes to, and what a yes of ours would do now."""

    case: Case
    buyer: Buyer | None
    confirmed: PendingCommand | None  # None: not known any more
    now: Preview
    decision: dict[str, Any] | None


class Approvals:
    """The list of what waits, and the yes and no to each."""

    def __init__(self, wiring: Wiring, cases: CaseDesk, screen: Screen) -> None:
        self._wiring, self._cases, self._screen = wiring, cases, screen

    def waiting(self, *, user: DeskUser, now: datetime) -> Sequence[Waiting]:
        """Return what waits at the user's storefronts, what is due first, first."""
        wanted = CaseFilter(
            storefronts=user.storefronts,
            states=frozenset(OPEN_CASES),
            types=frozenset({CaseType.LAUNCH_APPROVAL}),
        )
        with self._wiring.uow() as uow:
            found = [self._shown(uow, case, now) for case in uow.lookups.cases(wanted)]
            if found:
                note_read(uow, user, "case.read", "approvals", now=now)
            uow.commit()
        return found

    def _shown(self, uow: UnitOfWork, case: Case, now: datetime) -> Waiting:
        buyer = uow.parties.buyer(case.buyer_id) if case.buyer_id else None
        would = preview(self._wiring, uow, case, now)
        decision = decision_shown(would.judgement, now) if would.judgement else None
        return Waiting(case, buyer, confirmed_by_buyer(uow, case), would, decision)

    def answer(
        self,
        number: str,
        verdict: CaseVerdict,
        code: str,
        *,
        user: DeskUser,
        now: datetime,
        text: str | None = None,
    ) -> Case:
        """Carry out what the buyer confirmed, or decline it with the reason; the buyer is told.

        Raises:
            NotFound: nothing of that number waits at the user's storefronts.
            NotAllowed: a reviewer says yes or no.
            CaseOver, PartyToCase, NotPossible: as `DecideCase.decide`.
        """
        with self._wiring.uow() as uow:
            case = uow.cases.get(number)
            words = case_words(uow, self._screen, case, text) if case and text else text
        if case is None or case.type is not CaseType.LAUNCH_APPROVAL:
            raise NotFound(_NO_SUCH)
        if not user.serves(case.storefront):
            raise NotFound(_NO_SUCH)
        if not user.role.includes(Role.REVIEWER):
            raise NotAllowed("Approving needs the role reviewer.")
        return self._cases.deciding.decide(
            number, verdict, code, user=user.user, now=now, text=words
        )
