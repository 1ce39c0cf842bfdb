"""Write to the seller for the buyer: a prepared letter with the order attached."""

from collections.abc import Callable
from typing import Any

from aftersale.domain.requests import CommandKind
from aftersale.policy.decision import Ask
from aftersale.services.call import Call, OrderHint
from aftersale.services.confirm import Confirm
from aftersale.services.deciding import Judgement, Wish
from aftersale.services.offers import show, supersede
from aftersale.services.one_order import judge_one
from aftersale.services.propose import propose
from aftersale.services.reply import Reply, choice, date
from aftersale.services.terms import order_variables
from aftersale.services.wiring import Wiring


class ContactSeller:
    """Proposes the letter; `CancelOrder.confirm` sends it."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._confirm = Confirm(wiring)

    def propose(
        self, call: Call, hint: OrderHint, *, reason_text: str | None = None, as_yes: bool = True
    ) -> Reply:
        """`utter_cancel_contact_possible` (done False) or `utter_cancel_contact_no_seller`.

        When the buyer is just being asked whether to write, this is the yes: `utter_contact_sent`;
        unless they only ask about it (`as_yes` False).
        """
        wish = Wish(Ask.CONTACT_SELLER, reason_text=reason_text)
        if as_yes and (sent := self._confirm.if_offered(call, CommandKind.CONTACT_SELLER, hint)):
            return sent
        return propose(self._wiring, call, hint, wish)

    def details(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_seller_details` to the verified buyer of the order, and to nobody else (R0.2).

        Where a storefront does not share them, or none works, what `propose` says.
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
