"""Ask the supplier not to ship yet (R1.9): a message, never a cancellation."""

from aftersale.domain.requests import CommandKind
from aftersale.policy.decision import Ask
from aftersale.services.call import Call, OrderHint
from aftersale.services.confirm import Confirm
from aftersale.services.deciding import Wish
from aftersale.services.propose import propose
from aftersale.services.reply import Reply
from aftersale.services.wiring import Wiring


class AskHold:
    """Proposes the message; `CancelOrder.confirm` sends it."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._confirm = Confirm(wiring)

    def propose(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_cancel_hold_possible` (done False) or why not.

        When the buyer was just shown this very offer (the card gate of R1.8), asking for it is
        the yes: then `utter_hold_sent`.
        """
        offered = self._confirm.if_offered(call, CommandKind.ASK_HOLD, hint)
        return offered or propose(self._wiring, call, hint, Wish(Ask.HOLD))
