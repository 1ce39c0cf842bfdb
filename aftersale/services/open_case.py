"""Open a numbered, stored case for a person. Never says that anyone is being connected."""

from dataclasses import replace

from aftersale.domain.cases import Case, CaseEntry, CaseState, CaseType
from aftersale.domain.orders import Order
from aftersale.domain.requests import CommandKind
from aftersale.services.call import Call, OrderHint
from aftersale.services.cases import Matter, case_reply, file_case
from aftersale.services.confirm import Confirm
from aftersale.services.find_order import find
from aftersale.services.open_turn import require_open
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply
from aftersale.services.wiring import Wiring


class OpenCase:
    """Opens one case per matter at most: asked for again, it gets the same number."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._confirm = Confirm(wiring)

    def open(
        self, call: Call, hint: OrderHint, *, text: str | None = None, person: bool = False
    ) -> Reply:
        """`utter_case_opened[_for_order][_ack]`; with `person`, `utter_person_case[_ack]`.

        The order is optional: a hint that does not fit exactly one opens the case without it. If
        the buyer is just being asked whether a person shall look at an order, this is the yes.
        """
        offered = self._confirm.if_offered(call, CommandKind.OPEN_CASE, hint)
        return offered or self._open(call, hint, text or "", person)

    def _open(self, call: Call, hint: OrderHint, text: str, person: bool) -> Reply:
        said_something = any((hint.number, hint.pick, hint.words, hint.current))
        with self._wiring.uow() as uow:
            require_open(uow, call)
            order = find(uow, call, hint).order if said_something else None
            matter = _never_closed(uow, _matter(call, order, text, person))
            case = _again(uow, matter, call) or file_case(self._wiring, uow, matter, now=call.now)
            uow.commit()
        return case_reply(case, person=person)


def _again(uow: UnitOfWork, matter: Matter, call: Call) -> Case | None:
    """Return the case this conversation already has about it, with what is new written down."""
    case = uow.cases.by_key(matter.key)
    if case is None:
        return None
    if matter.text and matter.text not in {entry.text for entry in uow.cases.entries(case.number)}:
        uow.cases.add_entry(CaseEntry(case.number, call.now, matter.by, matter.text))
    return case


def _never_closed(uow: UnitOfWork, matter: Matter) -> Matter:
    """Return the matter under a key that no closed case has: what is over takes nothing new."""
    first, times = matter.key, 1
    while (case := uow.cases.by_key(matter.key)) and case.state is CaseState.CLOSED:
        times += 1
        matter = replace(matter, key=f"{first}:{times}")
    return matter


def _matter(call: Call, order: Order | None, text: str, person: bool) -> Matter:
    kind = CaseType.PERSON_WANTED if person else CaseType.TICKET
    return Matter(
        type=kind,
        key=f"{kind.value}:{call.conversation_id}:{order.number if order else ''}",
        storefront=call.identity.storefront,
        subject=kind.value,
        text=text,
        buyer_id=call.identity.buyer_id,
        order=order,
        conversation_id=call.conversation_id,
        by=f"buyer:{call.identity.buyer_id or 'unverified'}",
    )
