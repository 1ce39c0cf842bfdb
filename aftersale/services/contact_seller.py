"""Write to the seller for the buyer: a prepared letter with the order attached."""

from aftersale.domain.requests import CommandKind
from aftersale.policy.decision import Ask
from aftersale.services.call import Call, OrderHint
from aftersale.services.confirm import Confirm
from aftersale.services.deciding import Wish
from aftersale.services.propose import propose
from aftersale.services.reply import Reply
from aftersale.services.wiring import Wiring


class ContactSeller:
    """Proposes the letter; `CancelOrder.confirm` sends it."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._confirm = Confirm(wiring)

    def propose(self, call: Call, hint: OrderHint, *, reason_text: str | None = None) -> Reply:
        """`utter_cancel_contact_possible` (done False) or `utter_cancel_contact_no_seller`.

        When the buyer is just being asked whether to write, this is the yes: `utter_contact_sent`.
        """
        wish = Wish(Ask.CONTACT_SELLER, reason_text=reason_text)
        offered = self._confirm.if_offered(call, CommandKind.CONTACT_SELLER, hint)
        return offered or propose(self._wiring, call, hint, wish)
