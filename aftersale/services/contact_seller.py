"""Write to the seller for the buyer: a prepared letter with the order attached."""

from aftersale.services.call import Call, OrderHint
from aftersale.services.reply import Reply
from aftersale.services.wiring import Wiring


class ContactSeller:
    """Proposes the letter; `CancelOrder.confirm` sends it."""

    def __init__(self, wiring: Wiring) -> None:
        raise NotImplementedError

    def propose(self, call: Call, hint: OrderHint, *, reason_text: str | None = None) -> Reply:
        """`utter_cancel_contact_possible` (done False) or `utter_cancel_contact_no_seller`."""
        raise NotImplementedError
