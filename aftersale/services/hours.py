"""Live help: open hours, who is there, the queue, and a numbered case where nobody is."""

from dataclasses import replace
from typing import Any

from aftersale.domain.cases import CaseType
from aftersale.policy.knobs import Policy
from aftersale.policy.opening import Opening, opening
from aftersale.policy.problem_knobs import LiveParty
from aftersale.services.call import Call, OrderHint
from aftersale.services.open_case import OpenCase
from aftersale.services.reply import Reply, choice, time
from aftersale.services.wiring import Wiring


class LiveHelp:
    """Tells when people are there, and takes the wish for one."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._open_case = OpenCase(wiring)

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

    def person(self, call: Call, hint: OrderHint, *, text: str | None) -> Reply:
        """Open the case of somebody who wants a person, and say what to expect (R3.6).

        With an agent there in open hours `utter_person_queue[_ack]` names the place in the queue,
        outside the hours `utter_person_closed[_ack]` when they begin; else it is the case alone.
        """
        reply = self._open_case.open(call, hint, text=text, person=True)
        number = reply.variables.get("case_number")
        if not reply.response.startswith("utter_person_case") or number is None:
            return reply
        policy = self._wiring.policy(call.identity.storefront)
        return self._expecting(call, policy, reply, str(number))

    def _expecting(self, call: Call, policy: Policy, reply: Reply, number: str) -> Reply:
        now = opening(policy, call.now) if policy.live.party is LiveParty.PLATFORM else None
        if now is None:
            return reply
        if not now.is_open:
            return _named(reply, "closed", opens_at=time(now.opens_at))
        with self._wiring.uow() as uow:
            case = uow.cases.get(number)
            waits = case is not None and case.type is CaseType.PERSON_WANTED
            if not waits or not uow.agents.present(policy.storefront, call.now):
                return reply
            place = uow.agents.waiting_before(policy.storefront, number) + 1
        return _named(reply, "queue", place=place, until=time(now.until))

    def _queue(self, call: Call) -> tuple[int, bool]:
        storefront = call.identity.storefront
        with self._wiring.uow() as uow:
            present = uow.agents.present(storefront, call.now)
            return uow.agents.waiting(storefront), bool(present)


def _hours_response(now: Opening, *, present: bool) -> str:
    if now.is_open:
        return "utter_hours_open" if present else "utter_hours_open_away"
    return "utter_hours_closed" if now.opens_at else "utter_hours_never"


def _named(reply: Reply, kind: str, **more: Any) -> Reply:
    """Return the reply of the case under the name that says what to expect."""
    response = reply.response.replace("utter_person_case", f"utter_person_{kind}")
    return replace(reply, response=response, variables={**reply.variables, **more})
