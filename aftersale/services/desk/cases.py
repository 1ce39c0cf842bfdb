"""Cases at the desk: lists with clocks, one of them whole, and what its reader may do about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from aftersale.domain.acting import CaseFilter, CaseNote
from aftersale.domain.cases import (
    OPEN_CASES,
    Attachment,
    Case,
    CaseEntry,
    CaseState,
    CaseVerdict,
)
from aftersale.domain.desk import DeskUser, Role
from aftersale.domain.orders import Order
from aftersale.domain.parties import Buyer
from aftersale.domain.requests import AuditEntry
from aftersale.errors import NotAllowed, NotFound, PartyToCase
from aftersale.services.case_life.asking import ANSWER_WITHIN
from aftersale.services.case_life.carrying_out import Preview, preview
from aftersale.services.case_life.desk import CaseDesk
from aftersale.services.case_life.finding import canonical_case
from aftersale.services.case_life.parties import require_impartial, same_person
from aftersale.services.desk.case_words import case_words
from aftersale.services.desk.reads import note_read, note_search
from aftersale.services.incoming import Screen
from aftersale.services.ports import UnitOfWork
from aftersale.services.wiring import Wiring

_NO_SUCH = "There is no such case."


class Bar(StrEnum):
    """Why somebody may not decide a case."""

    OVER = "over"  # decided or closed
    ROLE = "role"  # a reviewer decides
    PARTY = "party"  # they take part in it
    NOT_INDEPENDENT = "not_independent"  # they decided it before, and it is reviewed now


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with everything that hangs on it, as one person sees it."""

    case: Case
    buyer: Buyer | None
    order: Order | None
    entries: Sequence[CaseEntry]
    attachments: Sequence[Attachment]
    notes: Sequence[CaseNote]
    would: Preview  # what an acceptance carries out
    bar: Bar | None  # why the reader may not decide it


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as its author puts it."""

    verdict: CaseVerdict
    code: str
    text: str | None = None
    lines: tuple[str, ...] = ()


class DeskCases:
    """The use cases of cases for who is signed in; another storefront's case is not there."""

    def __init__(self, wiring: Wiring, cases: CaseDesk, screen: Screen) -> None:
        self._wiring, self._cases, self._screen = wiring, cases, screen

    def list(
        self,
        wanted: CaseFilter,
        *,
        user: DeskUser,
        now: datetime,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[Sequence[Case], int]:
        """Return cases of the user's storefronts, what is due first, first; and how many fit.

        That something was searched for is written down.
        """
        mine = user.storefronts
        places = tuple(x for x in wanted.storefronts if user.serves(x)) or mine
        if wanted.storefronts and not any(user.serves(x) for x in wanted.storefronts):
            return [], 0
        own = replace(wanted, storefronts=places)
        with self._wiring.uow() as uow:
            if wanted.words.strip():
                note_search(uow, user, "cases", wanted.words, now=now)
                uow.commit()
            return uow.lookups.cases(own, limit=limit, offset=offset), uow.lookups.count(own)

    def view(self, number: str, *, user: DeskUser, now: datetime) -> CaseView:
        """Return the case; that it was read is written down.

        Raises:
            NotFound: there is none, or it is another storefront's.
        """
        with self._wiring.uow() as uow:
            case = _case_for(uow, number, user)
            subject, where = f"case:{case.number}", case.conversation_id
            note_read(uow, user, "case.read", subject, now=now, conversation_id=where)
            number = case.number
            view = CaseView(
                case=case,
                buyer=uow.parties.buyer(case.buyer_id) if case.buyer_id else None,
                order=uow.orders.find(case.storefront, case.order_number or ""),
                entries=uow.cases.entries(number),
                attachments=uow.attachments.of_case(number),
                notes=uow.lookups.notes(number),
                would=preview(self._wiring, uow, case, now),
                bar=_bar(uow, case, user),
            )
            uow.commit()
        return view

    def acknowledge(self, number: str, *, user: DeskUser, now: datetime) -> Case:
        """Say that a person has seen it; see `AskBuyer.acknowledge`."""
        number, _ = self._known(number, user)
        return self._cases.asking.acknowledge(number, user=user.user, now=now)

    def request_info(
        self,
        number: str,
        text: str,
        *,
        user: DeskUser,
        now: datetime,
        within: timedelta = ANSWER_WITHIN,
    ) -> Case:
        """Ask the buyer for more; see `AskBuyer.ask`."""
        number, text = self._known(number, user, text)
        return self._cases.asking.ask(number, text, user=user.user, now=now, within=within)

    def decide(self, number: str, decided: Decided, *, user: DeskUser, now: datetime) -> Case:
        """Decide it, or its review; see `DecideCase.decide`.

        Raises:
            NotAllowed: a reviewer decides.
        """
        number, words = self._known(number, user, decided.text or "")
        if not user.role.includes(Role.REVIEWER):
            raise NotAllowed("Deciding a case needs the role reviewer.")
        return self._cases.deciding.decide(
            number,
            decided.verdict,
            decided.code,
            user=user.user,
            now=now,
            text=words or None,
            lines=decided.lines,
        )

    def escalate(self, number: str, text: str, *, user: DeskUser, now: datetime) -> Case:
        """Ask for the independent review in the buyer's stead; see `EscalateCase.by_person`."""
        number, text = self._known(number, user, text)
        return self._cases.escalating.by_person(number, text, user=user.user, now=now)

    def close(self, number: str, text: str, *, user: DeskUser, now: datetime) -> Case:
        """End it for good; see `AskBuyer.close`.

        Raises:
            NotAllowed: a reviewer closes.
        """
        number, text = self._known(number, user, text)
        if not user.role.includes(Role.REVIEWER):
            raise NotAllowed("Closing a case needs the role reviewer.")
        return self._cases.asking.close(number, text, user=user.user, now=now)

    def note(self, number: str, text: str, *, user: DeskUser, now: datetime) -> CaseNote:
        """Leave a word among colleagues."""
        with self._wiring.uow() as uow:
            case = _case_for(uow, number, user)
            words = case_words(uow, self._screen, case, text)
            note = CaseNote(self._wiring.new_id(), case.number, now, user.user, words)
            uow.lookups.add_note(note)
            uow.commit()
        return note

    def assign(self, number: str, to: str | None, *, user: DeskUser, now: datetime) -> Case:
        """Say whose it is to see to; None: nobody's.

        Raises:
            NotFound: there is no such case, or nobody of that name who works for its storefront.
        """
        with self._wiring.uow() as uow:
            case = _case_for(uow, number, user)
            account = uow.desk.account(to) if to else None
            if to and (account is None or account.disabled_at is not None):
                raise NotFound("Nobody of that name works at the desk.")
            if account is not None and not account.who.serves(case.storefront):
                raise NotFound("They do not work for this storefront.")
            if case.assignee != to:
                # Giving it to somebody is not yet looking into it: no acknowledgement is kept.
                uow.cases.save(replace(case, assignee=to), audit=_assigned(case, to, user, now))
                uow.commit()
        return replace(case, assignee=to)

    def _known(self, number: str, user: DeskUser, text: str = "") -> tuple[str, str]:
        """Return the number of a case that the user may see, and the words as they are kept."""
        with self._wiring.uow() as uow:
            case = _case_for(uow, number, user)
            return case.number, case_words(uow, self._screen, case, text)


def _assigned(case: Case, to: str | None, user: DeskUser, now: datetime) -> AuditEntry:
    return AuditEntry(
        at=now,
        actor=user.actor,
        action="case.assigned",
        subject=f"case:{case.number}",
        before={"assignee": case.assignee},
        after={"assignee": to},
        conversation_id=case.conversation_id,
    )


def _case_for(uow: UnitOfWork, number: str, user: DeskUser) -> Case:
    case = uow.cases.get(canonical_case(number))
    if case is None or not user.serves(case.storefront):
        raise NotFound(_NO_SUCH)
    return case


def _bar(uow: UnitOfWork, case: Case, user: DeskUser) -> Bar | None:
    """Return why the user may not decide it; the same is enforced when they try."""
    if case.state not in OPEN_CASES:
        return Bar.OVER
    try:
        require_impartial(uow, case, user.user)
    except PartyToCase:
        return Bar.PARTY
    reviewed = case.escalated_at is not None and case.decided_by is not None
    if reviewed and same_person(user.user, case.decided_by or ""):
        return Bar.NOT_INDEPENDENT
    return None if user.role.includes(Role.REVIEWER) else Bar.ROLE


def due_of(case: Case) -> tuple[datetime, str] | None:
    """Return the first time to be kept, and which: acknowledge, first_line or info."""
    if case.state not in OPEN_CASES:
        return None
    clocks = (
        (case.ack_due_by if case.ack_at is None else None, "acknowledge"),
        (case.first_line_due_by if case.stepped_in_at is None else None, "first_line"),
        (case.info_due_by if case.state is CaseState.WAITING_FOR_BUYER else None, "info"),
    )
    return min(((at, which) for at, which in clocks if at is not None), default=None)
