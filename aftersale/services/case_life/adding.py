"""What a buyer adds to a case lands in its thread, with the photos sent before (R4.17)."""

from typing import Any

from aftersale.domain.cases import Case, CaseEntry, CaseState, Evidence, Role
from aftersale.domain.conversations import Author
from aftersale.services.call import Call
from aftersale.services.case_life.changing import changed, state_before_question
from aftersale.services.case_life.finding import one_case, own_case, own_cases
from aftersale.services.case_life.settling import ASKS, is_settling, settle
from aftersale.services.case_life.words import case_variables, ways_on
from aftersale.services.open_turn import require_open
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice
from aftersale.services.wiring import Wiring

ASKED = frozenset({"utter_told_case_asked", "utter_told_case_asked_again", ASKS})
_WAITS = frozenset({CaseState.WAITING_FOR_BUYER})
_TAKES = frozenset(
    {CaseState.OPEN, CaseState.ACKNOWLEDGED, CaseState.WAITING_FOR_BUYER, CaseState.ESCALATED}
)


class AddToCase:
    """Asks what shall be added, and adds it to the one case that is meant."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def begin(self, call: Call, number: str | None) -> Reply:
        """`utter_ask_case_text` (done False), or why nothing can be added."""
        with self._wiring.uow() as uow:
            case = self._meant(uow, call, number)
            if isinstance(case, Reply):
                return case
            variables = case_variables(self._wiring, uow, case)
        return Reply("utter_ask_case_text", variables, done=False)

    def add(self, call: Call, number: str | None, text: str) -> Reply:
        """`utter_case_added`, `utter_case_added_answer`, or why nothing can be added."""
        with self._wiring.uow() as uow:
            require_open(uow, call)
            case = self._meant(uow, call, number)
            if isinstance(case, Reply):
                return case
            reply = self._add(uow, call, case, text)
            uow.commit()
        return reply

    def awaited(self, call: Call) -> str | None:
        """Return the case whose question was the last thing said to this conversation."""
        with self._wiring.uow() as uow:
            if not _just_asked(uow, call.conversation_id):
                return None
            waiting = [case for case in own_cases(uow, call) if case.state in _WAITS]
        return waiting[0].number if len(waiting) == 1 else None

    def settled(self, call: Call, number: str | None = None) -> Reply | None:
        """`utter_case_settled` when the buyer says that what was asked about is settled.

        Without a number that is the case asked about just now; None when there is none.
        """
        wanted = number or self.awaited(call)
        if wanted is None:
            return None
        with self._wiring.uow() as uow:
            require_open(uow, call)
            case = own_case(uow, call, wanted)
            if case is None or not is_settling(uow, case):
                return None
            after = settle(uow, case, by=_by(call), now=call.now)
            variables = case_variables(self._wiring, uow, after)
            variables["choices"] = [choice("open_case")]
            uow.commit()
        return Reply("utter_case_settled", variables)

    def _meant(self, uow: UnitOfWork, call: Call, number: str | None) -> Case | Reply:
        case = one_case(uow, call, number, intent="add_to_case", among=_WAITS)
        if isinstance(case, Reply) or case.state in _TAKES:
            return case
        variables = case_variables(self._wiring, uow, case)
        variables["choices"] = ways_on(case, variables)
        return Reply(f"utter_case_over_{case.state.value}", variables)

    def _add(self, uow: UnitOfWork, call: Call, case: Case, text: str) -> Reply:
        by = _by(call)
        entry = CaseEntry(case.number, call.now, by, text, Role.BUYER, f"turn:{call.turn_id}")
        loose = [one.attachment_id for one in uow.attachments.loose(call.conversation_id)]
        if not uow.cases.add_entry(entry):
            return self._added(uow, case, answered=case.info_asked is None)
        uow.attachments.bind(loose, case.number)
        given: dict[str, Any] = {"evidence": Evidence.GIVEN} if loose else {}
        answered = case.state is CaseState.WAITING_FOR_BUYER
        if answered:
            back = state_before_question(case)
            given = {**given, "state": back, "info_asked": None, "info_due_by": None}
        action = "information_given" if answered else "added_to"
        after = changed(uow, case, action, by=by, now=call.now, **given)
        return self._added(uow, after, answered=answered)

    def _added(self, uow: UnitOfWork, case: Case, *, answered: bool) -> Reply:
        variables = case_variables(self._wiring, uow, case)
        response = "utter_case_added_answer" if answered else "utter_case_added"
        slots = {"last_order": case.order_number} if case.order_number else {}
        return Reply(response, variables, slots)


def _just_asked(uow: UnitOfWork, conversation_id: str) -> bool:
    """Whether nothing but the buyer's answer came after a question of ours."""
    said = uow.conversations.recent_messages(conversation_id)
    ours = [event for event in said if event.author is not Author.BUYER]
    return bool(ours) and ours[-1].body.get("response") in ASKED


def _by(call: Call) -> str:
    return f"buyer:{call.identity.buyer_id or 'unverified'}"
