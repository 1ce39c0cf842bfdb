"""A buyer disagrees with a decision: a different person reviews it, in the same case (R3.23)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from aftersale.domain.cases import Case, CaseEntry, CaseState, Role
from aftersale.domain.requests import CommandKind, CommandState, PendingCommand
from aftersale.errors import CaseOver
from aftersale.policy.codes import response_of
from aftersale.policy.decide import decide
from aftersale.policy.decision import Ask, Decision, Outcome
from aftersale.policy.facts import Facts, Request
from aftersale.policy.facts_from import case_facts, facts_for
from aftersale.services.call import COMMAND, Call
from aftersale.services.case_life.changing import changed, of_number
from aftersale.services.case_life.finding import one_case, own_case
from aftersale.services.case_life.news import tell_case
from aftersale.services.case_life.words import case_variables
from aftersale.services.launched import closed
from aftersale.services.offers import AGAIN, supersede
from aftersale.services.open_turn import require_open
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice
from aftersale.services.terms import fingerprint
from aftersale.services.wiring import OFFER_LASTS, Wiring

_DECIDED = frozenset({CaseState.DECIDED})


class EscalateCase:
    """Proposes the review; a yes asks for it, once (an `OwnOffer`)."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def propose(self, call: Call, number: str | None, reason: str | None) -> Reply:
        """`utter_ask_escalation_reason`, `utter_escalate_possible` (done False), or why not.

        Without a reason (None) the buyer is asked for one, once.
        """
        if nothing := closed(self._wiring, call):
            return nothing
        with self._wiring.uow() as uow:
            require_open(uow, call)
            case = one_case(uow, call, number, intent="escalate_case", among=_DECIDED)
            if isinstance(case, Reply):
                return case
            decision = self._judged(case, call.now)
            if decision.outcome is Outcome.SEND_REQUEST and reason is None:
                variables = case_variables(self._wiring, uow, case)
                return Reply("utter_ask_escalation_reason", variables, done=False)
            reply = self._show(uow, call, case, decision=decision, reason=reason or "")
            uow.commit()
        return reply

    def again(self, uow: UnitOfWork, call: Call, command: PendingCommand, *, why: str) -> Reply:
        """Show how the wish stands now."""
        case = own_case(uow, call, command.terms["case_number"])
        if case is None:
            return Reply("utter_case_unknown", {"choices": [choice("case_status")]})
        decision = self._judged(case, call.now)
        reply = self._show(uow, call, case, decision=decision, reason=command.terms["reason"])
        notice = {"type": "notice", "response": AGAIN[why]}
        more = {"blocks": [notice], "shown_again": why}
        return Reply(reply.response, reply.variables | more, reply.slots, done=reply.done)

    def holds(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> bool:
        """Whether the same decision can still be reviewed."""
        case = own_case(uow, call, command.terms["case_number"])
        possible = (
            case is not None and self._judged(case, call.now).outcome is Outcome.SEND_REQUEST
        )
        return case is not None and possible and command.terms_hash == _mark(case)

    def do(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> Reply:
        """Ask for the review and say that a different person does it."""
        case = own_case(uow, call, command.terms["case_number"])
        if case is None:
            return Reply("utter_case_unknown", {"choices": [choice("case_status")]})
        by = f"buyer:{call.identity.buyer_id or 'unverified'}"
        after = escalate(uow, case, command.terms["reason"], by=by, now=call.now)
        return Reply("utter_case_escalated", case_variables(self._wiring, uow, after))

    def came_to(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> Reply | None:
        """Say that the review was asked for already."""
        case = own_case(uow, call, command.terms["case_number"])
        if case is None:
            return None
        return Reply("utter_escalate_already", case_variables(self._wiring, uow, case))

    def by_person(self, number: str, reason: str, *, user: str, now: datetime) -> Case:
        """Ask for the review in the buyer's stead, as when they write by post.

        Raises:
            NotFound: there is no such case.
            CaseOver: its storefront or its state allows no review.
        """
        with self._wiring.uow() as uow:
            case = of_number(uow, number)
            decision = self._judged(case, now)
            if decision.outcome is not Outcome.SEND_REQUEST:
                raise CaseOver(f"No review of this case is possible: {decision.reason_code}.")
            after = escalate(uow, case, reason, by=f"agent:{user}", now=now)
            tell_case(self._wiring, uow, after, "utter_told_case_escalated", now=now)
            uow.commit()
        return after

    def _judged(self, case: Case, now: datetime) -> Decision:
        policy = self._wiring.policy(case.storefront)
        # A review is by a person in any case: that alone is what launch controls are there for.
        policy = replace(policy, launch=policy.launch.by_person())
        return decide(policy, _facts(case), Request(Ask.ESCALATE), now)

    def _show(
        self, uow: UnitOfWork, call: Call, case: Case, *, decision: Decision, reason: str
    ) -> Reply:
        decision_id = self._wiring.new_id()
        uow.commands.add_decision(
            decision_id,
            decision,
            at=call.now,
            order_number=case.order_number,
            conversation_id=call.conversation_id,
            request={"ask": Ask.ESCALATE.value, "case": case.number, "reason_text": reason},
        )
        supersede(uow, call)
        variables = case_variables(self._wiring, uow, case) | {"reason": reason}
        response = response_of(Ask.ESCALATE, decision.reason_code)
        if decision.outcome is not Outcome.SEND_REQUEST:
            variables["choices"] = _instead(case, decision)
            return Reply(response, variables)
        command = _pending(call, case, self._wiring.new_id(), decision_id, reason=reason)
        uow.commands.add(command)
        yes = choice("affirm", **{COMMAND: command.command_id})
        variables |= {"choices": [yes, choice("deny")], "offer": command.kind.value}
        return Reply(response, variables, done=False)


def escalate(uow: UnitOfWork, case: Case, reason: str, *, by: str, now: datetime) -> Case:
    """Move the case to its review; number and thread stay what they are (R3.25)."""
    after = changed(
        uow,
        case,
        "escalated",
        by=by,
        now=now,
        state=CaseState.ESCALATED,
        escalated_at=now,
        escalation_reason=reason,
    )
    role = Role.BUYER if by.startswith("buyer:") else Role.PLATFORM
    key = f"escalated:{case.number}"
    uow.cases.add_entry(CaseEntry(case.number, now, by, reason, role, key))
    return after


def _facts(case: Case) -> Facts:
    """Return the facts of a case that needs no order; who may see it was looked at before."""
    whose = case.buyer_id or case.number
    nothing = facts_for(
        None, asking_buyer=whose, storefront=case.storefront, seller=None, requests=()
    )
    number = case.order_number or case.number
    return replace(nothing, order_number=number, order_buyer=whose, case=case_facts(case))


def _mark(case: Case) -> str:
    """Return the mark of what is reviewed: a later decision is another one."""
    decided = case.decided_at.isoformat() if case.decided_at else None
    return fingerprint({"case": case.number, "decided": decided})


def _pending(
    call: Call, case: Case, command_id: str, decision_id: str, *, reason: str
) -> PendingCommand:
    terms: dict[str, Any] = {"case_number": case.number, "reason": reason}
    return PendingCommand(
        command_id=command_id,
        conversation_id=call.conversation_id,
        kind=CommandKind.ESCALATE_CASE,
        state=CommandState.OPEN,
        storefront=case.storefront,
        order_number=case.order_number,
        decision_id=decision_id,
        order_version=None,
        terms_hash=_mark(case),
        terms=terms,
        created_at=call.now,
        expires_at=call.now + OFFER_LASTS,
    )


def _instead(case: Case, decision: Decision) -> list[dict[str, Any]]:
    """Return what else helps where no review is possible."""
    number = {"order_number": case.order_number} if case.order_number else {}
    known = {
        "escalate_not_decided": [choice("add_to_case", case_number=case.number)],
        "escalate_not_offered": [choice("ask_intervention", **number)],
        "escalate_closed": [choice("open_case", **number)],
        "not_stated": [choice("contact_seller", **number), choice("open_case", **number)],
    }
    return known.get(decision.reason_code, [choice("case_status", case_number=case.number)])
