"""Judge a wish for the one order that is meant: the first half of nearly every answer."""

from aftersale.policy.decision import Ask
from aftersale.services.call import Call, OrderHint
from aftersale.services.deciding import Judgement, Wish, judge
from aftersale.services.find_order import FoundKind, find, which
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply
from aftersale.services.wiring import Wiring

TO_CANCEL = Wish(Ask.CANCEL)


def judge_one(
    wiring: Wiring, uow: UnitOfWork, call: Call, *, hint: OrderHint, wish: Wish = TO_CANCEL
) -> Judgement | Reply:
    """Return the judgement, or what is said instead when the hint is not exactly one order."""
    found = find(uow, call, hint)
    if found.kind is not FoundKind.ONE or found.order is None:
        return which(wiring, call, found)
    buyer = call.identity.buyer_id
    return judge(
        wiring,
        uow,
        found.order,
        wish,
        asking_buyer=buyer,
        now=call.now,
        linked=call.identity.linked,
    )
