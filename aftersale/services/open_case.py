"""Open a numbered, stored case for a person. Never says that anyone is being connected."""

from aftersale.domain.cases import CaseType
from aftersale.domain.orders import Order
from aftersale.domain.requests import CommandKind
from aftersale.services.call import Call, OrderHint
from aftersale.services.cases import Matter, case_reply, file_case
from aftersale.services.confirm import Confirm
from aftersale.services.find_order import find
from aftersale.services.handoff.filing import again, never_closed
from aftersale.services.open_turn import require_open
from aftersale.services.reply import Reply
from aftersale.services.wiring import Wiring


class OpenCase:
    """Opens one case per matter at most: asked for again, it gets the same number."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._confirm = Confirm(wiring)

    def open(self, call: Call, hint: OrderHint, *, text: str | None = None) -> Reply:
        """`utter_case_opened[_for_order][_ack]`.

        The order is optional: a hint that does not fit exactly one opens the case without it. If
        the buyer is just being asked whether a person shall look at an order, this is the yes.
        """
        offered = self._confirm.if_offered(call, CommandKind.OPEN_CASE, hint)
        return offered or self._open(call, hint, text or "")

    def _open(self, call: Call, hint: OrderHint, text: str) -> Reply:
        said_something = any((hint.number, hint.pick, hint.words, hint.current))
        with self._wiring.uow() as uow:
            require_open(uow, call)
            order = find(uow, call, hint).order if said_something else None
            matter = never_closed(uow, _matter(call, order, text))
            case = again(uow, matter, call.now) or file_case(
                self._wiring, uow, matter, now=call.now
            )
            uow.commit()
        return case_reply(case)


def _matter(call: Call, order: Order | None, text: str) -> Matter:
    kind = CaseType.TICKET
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
