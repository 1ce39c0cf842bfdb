"""How to reach the seller of an order, and the yes to a prepared letter."""

from collections.abc import Callable
from typing import Any

from aftersale.domain.requests import CommandKind
from aftersale.policy.decision import Ask
from aftersale.services.call import Call, OrderHint
from aftersale.services.confirm import Confirm
from aftersale.services.deciding import Judgement, Wish
from aftersale.services.offers import show, supersede
from aftersale.services.one_order import judge_one
from aftersale.services.reply import Reply, choice, date
from aftersale.services.terms import order_variables
from aftersale.services.wiring import Wiring


class ContactSeller:
    """Tells who they are and where they stand; what to write is asked by `ComposeLetter`."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._confirm = Confirm(wiring)

    def if_offered(self, call: Call, hint: OrderHint) -> Reply | None:
        """Take the wish to write as the yes to the letter just offered; None when none was."""
        return self._confirm.if_offered(call, CommandKind.CONTACT_SELLER, hint)

    def details(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_seller_details` to the verified buyer of the order, and to nobody else (R0.2).

        Where a storefront does not share them, or none works, what a wish to write gets.
        """
        return self._told(call, hint, _details)

    def path(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_seller_path`: where the seller stands, and a button (R0.3); else as `details`."""
        return self._told(call, hint, _path)

    def _told(self, call: Call, hint: OrderHint, answer: Callable[[Judgement], Reply]) -> Reply:
        wish = Wish(Ask.CONTACT_SELLER)
        with self._wiring.uow() as uow:
            judgement = judge_one(self._wiring, uow, call, hint=hint, wish=wish)
            if isinstance(judgement, Reply):
                return judgement
            if judgement.can_write and judgement.policy.contact.shared:
                supersede(uow, call)
                reply = answer(judgement)
            else:
                reply = show(self._wiring, uow, call, judgement)
            uow.commit()
        return reply


def _details(judgement: Judgement) -> Reply:
    seller = judgement.seller
    return _reply(
        "utter_seller_details",
        judgement,
        sent=date(judgement.order.notification_sent_at),
        email=seller.email if seller else None,
        phone=seller.phone if seller else None,
    )


def _path(judgement: Judgement) -> Reply:
    return _reply("utter_seller_path", judgement)


def _reply(response: str, judgement: Judgement, **more: Any) -> Reply:
    number = judgement.order.number
    known = order_variables(judgement.order, judgement.seller, judgement.policy)
    choices = [choice("contact_seller", order_number=number)]
    return Reply(response, known | more | {"choices": choices}, {"last_order": number})
