"""A person decides a case, and a different one reviews it when the buyer disagrees (R3.24)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aftersale.domain.cases import Case, CaseEntry, CaseState, CaseVerdict, Role
from aftersale.errors import ReviewNotIndependent
from aftersale.services.case_life.carrying_out import Carried, carry_out_case, confirmed_by_buyer
from aftersale.services.case_life.changing import changed, of_number, require_open
from aftersale.services.case_life.news import tell_case
from aftersale.services.case_life.parties import require_impartial, same_person
from aftersale.services.case_life.refunding import NO_MONEY, refund_of
from aftersale.services.case_life.words import case_variables, ways_on
from aftersale.services.contested import contested
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import choice
from aftersale.services.telling import tell_reply
from aftersale.services.wiring import Wiring


@dataclass(frozen=True, slots=True)
class _Said:
    """A decision as its author put it."""

    verdict: CaseVerdict
    code: str
    text: str | None
    lines: tuple[str, ...]


class DecideCase:
    """Takes a decision about a case, or the decision of its review."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def decide(
        self,
        number: str,
        verdict: CaseVerdict,
        code: str,
        *,
        user: str,
        now: datetime,
        text: str | None = None,
        lines: tuple[str, ...] = (),
    ) -> Case:
        """Decide the case, do what this grants, and tell the buyer.

        A case that was escalated is reviewed: by somebody else than who decided it.

        Raises:
            NotFound: there is no such case.
            CaseOver: it is decided or closed.
            PartyToCase: the user takes part in the case.
            ReviewNotIndependent: the user decided it before.
            NotPossible: what it would do cannot be done (any more).
        """
        said = _Said(verdict, code, text, lines)
        return contested(lambda: self._decide(number, said, user=user, now=now))

    def _decide(self, number: str, said: _Said, *, user: str, now: datetime) -> Case:
        with self._wiring.uow() as uow:
            case = require_open(of_number(uow, number))
            require_impartial(uow, case, user)
            decided = _written(uow, case, said, user, now=now)
            done = carry_out_case(self._wiring, uow, decided, said.verdict, user=user, now=now)
            self._tell(uow, decided, said, done, now=now)
            if done.stands:
                self._note_standing(uow, decided, done.stands, now=now)
            if done.told is not None:
                where = decided.conversation_id
                tell_reply(self._wiring, uow, *done.told, conversation_id=where, now=now)
            uow.commit()
        return decided

    def _tell(
        self, uow: UnitOfWork, case: Case, said: _Said, done: Carried, *, now: datetime
    ) -> None:
        """Tell the decision with what it grants, or with what remains after a no."""
        money = NO_MONEY  # once, by one way: what cancels the order brings it back
        if not done.brings_money:
            money = refund_of(self._wiring, uow, case, said.verdict, lines=said.lines, now=now)
        reviewed = "reviewed_" if case.reviewed_at else ""
        ways = ways_on(case, case_variables(self._wiring, uow, case))
        is_no = said.verdict is CaseVerdict.DECLINED and confirmed_by_buyer(uow, case) is not None
        kept = case.order_number if is_no else None
        if kept:
            ways += [choice(way, order_number=kept) for way in ("contact_seller", "order_status")]
        more = {**money, "remark": said.text, "kept": kept, "choices": ways}
        response = f"utter_told_case_{reviewed}{said.verdict.value}"
        tell_case(self._wiring, uow, case, response, now=now, more=more)

    def _note_standing(self, uow: UnitOfWork, case: Case, number: str, *, now: datetime) -> None:
        """Say in the thread, to whoever decides, what their yes has not done."""
        note = self._wiring.voice.plain(
            "entry_case_stands",
            {"number": number},
            storefront=case.storefront,
            locale="en",
            timezone="UTC",
        )
        uow.cases.add_entry(CaseEntry(case.number, now, "system", note))


def _written(uow: UnitOfWork, case: Case, said: _Said, user: str, *, now: datetime) -> Case:
    """Write the decision, or that of the review, into the case and its thread."""
    by, verdict = f"agent:{user}", said.verdict
    reviews = case.escalated_at is not None
    what = _review(case, verdict, user, now) if reviews else _first(verdict, user, now)
    what |= {"state": CaseState.DECIDED, "info_asked": None, "info_due_by": None}
    what |= {"verdict_code": said.code}
    decided = changed(uow, case, "reviewed" if reviews else "decided", by=by, now=now, **what)
    role = Role.REVIEWER if reviews else Role.PLATFORM
    uow.cases.add_entry(CaseEntry(case.number, now, by, said.text or said.code, role))
    return decided


def _first(verdict: CaseVerdict, user: str, now: datetime) -> dict[str, Any]:
    return {"verdict": verdict, "decided_by": user, "decided_at": now}


def _review(case: Case, verdict: CaseVerdict, user: str, now: datetime) -> dict[str, Any]:
    if case.decided_by is not None and same_person(user, case.decided_by):
        raise ReviewNotIndependent("Whoever decided a case cannot review it; ask a colleague.")
    return {"review_verdict": verdict, "reviewer": user, "reviewed_at": now}
