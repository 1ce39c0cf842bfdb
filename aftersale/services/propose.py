"""Find the order, decide on the wish, show it: the first half of everything that needs a yes."""

from aftersale.services.call import Call, OrderHint
from aftersale.services.deciding import Wish
from aftersale.services.offers import show
from aftersale.services.one_order import judge_one
from aftersale.services.reply import Reply
from aftersale.services.wiring import Wiring


def propose(wiring: Wiring, call: Call, hint: OrderHint, wish: Wish) -> Reply:
    """Return the proposal for the one order that is meant, or the question which one it is."""
    with wiring.uow() as uow:
        judgement = judge_one(wiring, uow, call, hint=hint, wish=wish)
        if isinstance(judgement, Reply):
            return judgement
        reply = show(wiring, uow, call, judgement)
        uow.commit()
    return reply
