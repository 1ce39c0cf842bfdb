"""Find the order, decide on the wish, show it: the first half of everything that needs a yes."""

from aftersale.services.call import Call, OrderHint
from aftersale.services.deciding import Wish, judge
from aftersale.services.find_order import FoundKind, find, which
from aftersale.services.offers import show
from aftersale.services.reply import Reply
from aftersale.services.wiring import Wiring


def propose(wiring: Wiring, call: Call, hint: OrderHint, wish: Wish) -> Reply:
    """Return the proposal for the one order that is meant, or the question which one it is."""
    with wiring.uow() as uow:
        found = find(uow, call, hint)
        if found.kind is not FoundKind.ONE or found.order is None:
            return which(wiring, call, found)
        judgement = judge(
            wiring, uow, found.order, wish, asking_buyer=call.identity.buyer_id, now=call.now
        )
        reply = show(wiring, uow, call, judgement)
        uow.commit()
    return reply
