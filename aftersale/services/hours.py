"""Live help: open hours, who is there, the queue, and a numbered case where nobody is."""

from dataclasses import replace

from aftersale.domain.handoffs import HandoffReason
from aftersale.domain.requests import CommandKind
from aftersale.errors import TurnNotOpen
from aftersale.policy.opening import Opening, opening
from aftersale.policy.problem_knobs import LiveParty
from aftersale.services.call import Call, OrderHint
from aftersale.services.confirm import Confirm
from aftersale.services.find_order import find
from aftersale.services.handoff.asking import Wanted, ask_for_person, may_ask
from aftersale.services.handoff.moving import BUYER
from aftersale.services.handoff.room import Room, standing
from aftersale.services.open_turn import require_open
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice, time
from aftersale.services.wiring import Wiring


class LiveHelp:
    """Tells when people are there, and takes the wish for one."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._confirm = Confirm(wiring)

    def hours(self, call: Call) -> Reply:
        """Answer when somebody is there (R3.2).

        `utter_hours_open`, `utter_hours_open_away` (nobody is there all the same),
        `utter_hours_closed`, `utter_hours_never`, `utter_hours_supplier`, `utter_hours_unstated`.
        """
        policy = self._wiring.policy(call.identity.storefront)
        now = opening(policy, call.now)
        if policy.live.party is LiveParty.SUPPLIER:
            return Reply("utter_hours_supplier", {"choices": [choice("contact_seller")]})
        if policy.live.party is None or now is None:
            return Reply("utter_hours_unstated", {"choices": [choice("open_case")]})
        waiting, present = self._queue(call)
        variables = {"until": time(now.until), "opens_at": time(now.opens_at), "waiting": waiting}
        return Reply(_hours_response(now, present=present), variables)

    def person(
        self,
        call: Call,
        hint: OrderHint,
        *,
        text: str | None,
        reason: HandoffReason = HandoffReason.ASKED,
    ) -> Reply:
        """Bring somebody who wants a person to one, or say what happens instead (R3.6).

        With an agent there in open hours `utter_person_queue` names the place in the queue;
        `utter_person_closed[_ack]`, `utter_person_full[_ack]` and `utter_person_case[_ack]` name
        the case. If a case is just being offered, this is the yes to it.
        """
        offered = self._confirm.if_offered(call, CommandKind.OPEN_CASE, hint)
        with self._wiring.uow() as uow:
            require_open(uow, call)
            conversation = uow.conversations.locked(call.conversation_id)
            if conversation is None or not may_ask(conversation):
                raise TurnNotOpen("This turn is not open.")
            if offered and not self._is_free(uow, call):
                return offered
            wanted = replace(_wanted(uow, call, hint, offered), text=text or "")
            if reason is not HandoffReason.ASKED:
                wanted = replace(wanted, reason=reason)
            asked = ask_for_person(self._wiring, uow, conversation, wanted, now=call.now)
            uow.commit()
        return asked.reply

    def is_free(self, call: Call) -> bool:
        """Whether somebody could take the conversation now."""
        with self._wiring.uow() as uow:
            return self._is_free(uow, call)

    def _is_free(self, uow: UnitOfWork, call: Call) -> bool:
        policy = self._wiring.policy(call.identity.storefront)
        return standing(uow, policy, call.now).room is Room.FREE

    def _queue(self, call: Call) -> tuple[int, bool]:
        storefront = call.identity.storefront
        with self._wiring.uow() as uow:
            present = uow.agents.present(storefront, call.now)
            return len(uow.handoffs.waiting(storefront)), bool(present)


def _wanted(uow: UnitOfWork, call: Call, hint: OrderHint, offered: Reply | None) -> Wanted:
    said_something = any((hint.number, hint.pick, hint.words, hint.current))
    return Wanted(
        # What the rules leave to a person was just being offered, and a person is wanted for it.
        HandoffReason.POLICY if offered else HandoffReason.ASKED,
        order=find(uow, call, hint).order if said_something else None,
        by=BUYER,
        case_number=offered.variables.get("case_number") if offered else None,
    )


def _hours_response(now: Opening, *, present: bool) -> str:
    if now.is_open:
        return "utter_hours_open" if present else "utter_hours_open_away"
    return "utter_hours_closed" if now.opens_at else "utter_hours_never"
