"""A person decides a case, and a different one reviews it when the buyer disagrees (R3.24)."""

from datetime import datetime
from typing import Any

from aftersale.domain.cases import Case, CaseEntry, CaseState, CaseVerdict, Role
from aftersale.errors import PartyToCase, ReviewNotIndependent
from aftersale.services.case_life.changing import changed, of_number, require_open
from aftersale.services.case_life.news import tell_case
from aftersale.services.case_life.refunding import refund_of
from aftersale.services.case_life.words import case_variables, ways_on
from aftersale.services.ports import UnitOfWork
from aftersale.services.wiring import Wiring


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
        """Decide the case, ask for the refund that this grants, and tell the buyer.

        A case that was escalated is reviewed: by somebody else than who decided it.

        Raises:
            NotFound: there is no such case.
            CaseOver: it is decided or closed.
            PartyToCase: the user takes part in the case.
            ReviewNotIndependent: the user decided it before.
        """
        with self._wiring.uow() as uow:
            case = require_open(of_number(uow, number))
            _require_impartial(uow, case, user)
            reviews = case.escalated_at is not None
            what = _review(case, verdict, user, now) if reviews else _first(verdict, user, now)
            what |= {"state": CaseState.DECIDED, "info_asked": None, "info_due_by": None}
            what |= {"verdict_code": code}
            action = "reviewed" if reviews else "decided"
            decided = changed(uow, case, action, by=f"agent:{user}", now=now, **what)
            role = Role.REVIEWER if reviews else Role.PLATFORM
            said = CaseEntry(case.number, now, f"agent:{user}", text or code, role)
            uow.cases.add_entry(said)
            money = refund_of(self._wiring, uow, decided, verdict, lines=lines, now=now)
            response = f"utter_told_case_{'reviewed_' if reviews else ''}{verdict.value}"
            said_with = case_variables(self._wiring, uow, decided)
            more = {**money, "remark": text, "choices": ways_on(decided, said_with)}
            tell_case(self._wiring, uow, decided, response, now=now, more=more)
            uow.commit()
        return decided


def _first(verdict: CaseVerdict, user: str, now: datetime) -> dict[str, Any]:
    return {"verdict": verdict, "decided_by": user, "decided_at": now}


def _review(case: Case, verdict: CaseVerdict, user: str, now: datetime) -> dict[str, Any]:
    if case.decided_by is not None and _same(user, case.decided_by):
        raise ReviewNotIndependent("Whoever decided a case cannot review it; ask a colleague.")
    return {"review_verdict": verdict, "reviewer": user, "reviewed_at": now}


def _require_impartial(uow: UnitOfWork, case: Case, user: str) -> None:
    """Refuse a user who is the buyer, the seller or the leader of this case."""
    order = uow.orders.find(case.storefront, case.order_number or "")
    seller = uow.parties.seller(order.seller_id) if order and order.seller_id else None
    buyer = uow.parties.buyer(case.buyer_id) if case.buyer_id else None
    known = [order.leader_name] if order else []
    known += [seller.seller_id, seller.nickname, seller.email] if seller else []
    known += [buyer.buyer_id, buyer.subject, buyer.email] if buyer else []
    if any(name and _same(user, name) for name in known):
        raise PartyToCase("Whoever takes part in a case cannot decide it; ask a colleague.")


def _same(one: str, other: str) -> bool:
    """Compare names of people as people do: case and spaces tell nobody apart."""
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()
