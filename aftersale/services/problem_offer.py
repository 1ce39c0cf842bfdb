"""Shows exactly what is filed or sent about a problem, and takes the yes to it."""

from dataclasses import replace
from typing import Any

from aftersale.domain.cases import Evidence, IssueType
from aftersale.domain.requests import CommandKind, CommandState, PendingCommand
from aftersale.policy.decision import Ask
from aftersale.services.call import COMMAND, Call
from aftersale.services.deciding import Judgement, Wish, judge
from aftersale.services.offers import AGAIN, show, supersede, wish_of
from aftersale.services.ports import UnitOfWork
from aftersale.services.problem_draft import Draft
from aftersale.services.problem_filing import file_problem, file_ticket, goods_of, owner_of
from aftersale.services.reply import Reply, choice, say
from aftersale.services.terms import fingerprint, terms_of
from aftersale.services.wiring import OFFER_LASTS, Wiring


def wish_for(draft: Draft) -> Wish:
    """Return the wish that the policy is asked about."""
    return Wish(
        Ask.PROBLEM,
        reason_text=draft.text,
        line_ids=draft.lines,
        issue=draft.issue,
        resolution=draft.resolution,
        evidence=draft.evidence or Evidence.NOT_ASKED,
    )


def propose(
    wiring: Wiring, uow: UnitOfWork, call: Call, judgement: Judgement, *, again: str | None = None
) -> Reply:
    """Show everything that a yes would send, to whom; nothing leaves before it."""
    shown = show(wiring, uow, call, judgement, again=again)
    owner = owner_of(judgement)
    variables = shown.variables | {
        **goods_of(judgement.order, judgement.wish.line_ids),
        **_photos(uow, call, judgement.wish.evidence),
        "first": _must_come_first(wiring, uow, call, judgement),
    }
    return replace(shown, response=f"utter_problem_summary_{owner.value}", variables=variables)


def _must_come_first(
    wiring: Wiring, uow: UnitOfWork, call: Call, judgement: Judgement
) -> dict[str, str] | None:
    """Return the sentence that every attempt to reach the seller comes first (R0.15)."""
    if judgement.wish.issue is not IssueType.NOT_RECEIVED:
        return None
    wish = Wish(Ask.REIMBURSE)
    asked = judge(
        wiring, uow, judgement.order, wish, asking_buyer=call.identity.buyer_id, now=call.now
    )
    contact_first = asked.decision.reason_code == "reimburse_contact_first"
    return say("problem_seller_comes_first") if contact_first else None


def _photos(uow: UnitOfWork, call: Call, evidence: Evidence) -> dict[str, Any]:
    """Return how many photos go with it, or why there are none, where they were asked for."""
    count = len(uow.attachments.loose(call.conversation_id))
    none = say(f"problem_photos_{evidence.value}")
    said = evidence in {Evidence.CANNOT, Evidence.SKIPPED}
    return {"photos": count or None, "no_photos": none if said and not count else None}


class ProblemOffer:
    """The yes to a problem as it was shown: with its order, or with none where that may be."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def again(self, uow: UnitOfWork, call: Call, command: PendingCommand, *, why: str) -> Reply:
        """Show it as it stands now."""
        if command.order_number is None:
            draft = Draft.of(command.terms["draft"])
            return propose_ticket(self._wiring, uow, call, draft, again=why) if draft else _gone()
        judgement = self._judged(uow, call, command)
        if judgement is None:
            return _gone()
        if judgement.offer is not CommandKind.REPORT_PROBLEM:
            return show(self._wiring, uow, call, judgement, again=why)
        return propose(self._wiring, uow, call, judgement, again=why)

    def holds(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> bool:
        """Whether the rules and the order still give what was shown."""
        if command.order_number is None:
            return True
        judgement = self._judged(uow, call, command)
        return judgement is not None and fingerprint(terms_of(judgement)) == command.terms_hash

    def do(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> Reply:
        """File it, and write to the seller where they look first."""
        if command.order_number is None:
            return file_ticket(self._wiring, uow, call, command)
        judgement = self._judged(uow, call, command)
        if judgement is None:
            raise ValueError("Checked by `holds` in the same transaction.")
        return file_problem(self._wiring, uow, call, judgement, key=command.command_id)

    def came_to(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> Reply | None:  # noqa: ARG002
        """Name the case that the first yes opened."""
        told = (command.result or {}).get("variables", {}).get("case_number")
        return Reply("utter_already_case", {"case_number": told}) if told else None

    def _judged(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> Judgement | None:
        buyer = call.identity.buyer_id
        if buyer is None or command.order_number is None:
            return None
        order = uow.orders.find_own(command.storefront, command.order_number, buyer)
        if order is None:
            return None
        wish = wish_of(command)
        return judge(
            self._wiring,
            uow,
            order,
            wish,
            asking_buyer=buyer,
            now=call.now,
            linked=call.identity.linked,
        )


def propose_ticket(
    wiring: Wiring, uow: UnitOfWork, call: Call, draft: Draft, *, again: str | None = None
) -> Reply:
    """Show the ticket that a yes opens without any order (R3.8)."""
    supersede(uow, call)
    command = PendingCommand(
        command_id=wiring.new_id(),
        conversation_id=call.conversation_id,
        kind=CommandKind.REPORT_PROBLEM,
        state=CommandState.OPEN,
        storefront=call.identity.storefront,
        order_number=None,
        decision_id=None,
        order_version=None,
        terms_hash=fingerprint(draft.as_slot()),
        terms={"draft": draft.as_slot()},
        created_at=call.now,
        expires_at=call.now + OFFER_LASTS,
    )
    uow.commands.add(command)
    variables = {
        "goods": draft.item or None,
        "issue": say(f"issue_{draft.issue}"),
        "description": draft.text,
        "resolution": say(f"resolution_{draft.resolution}") if draft.resolution else None,
        **_photos(uow, call, draft.evidence or Evidence.NOT_ASKED),
        "choices": [choice("affirm", **{COMMAND: command.command_id}), choice("deny")],
        "blocks": [{"type": "notice", "response": AGAIN[again]}] if again else [],
        "offer": CommandKind.REPORT_PROBLEM.value,
    }
    return Reply("utter_problem_summary_agent", variables, done=False)


def _gone() -> Reply:
    return Reply("utter_nothing_to_confirm", {"choices": [choice("list_orders")]})
