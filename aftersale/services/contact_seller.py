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
