"""Cancel an order: show exactly what will happen, then a yes, then it happens once."""

from aftersale.services.call import Call, OrderHint
from aftersale.services.reply import Reply
from aftersale.services.wiring import Wiring


class CancelOrder:
    """The way of a cancellation, and the one yes, no and undo of everything that is proposed."""

    def __init__(self, wiring: Wiring) -> None:
        raise NotImplementedError

    def propose(
        self,
        call: Call,
        hint: OrderHint,
        *,
        reason_class: str | None = None,
        reason_text: str | None = None,
    ) -> Reply:
        """Decide and say what a yes would do: `utter_cancel_<reason_code>` or a question which order.

        done False means a yes is waited for (or an order is asked for, see `FindOrder.ask_which`).
        """
        raise NotImplementedError

    def confirm(self, call: Call) -> Reply:
        """Carry out what the buyer was shown last, once, or show it again when the terms moved.

        Replies `utter_cancel_done_*`, `utter_request_sent`, `utter_hold_sent`, `utter_contact_sent`,
        `utter_case_opened*`, a new proposal (done False, with a `notice` block and the variable
        `shown_again`), `utter_already_sent`, `utter_already_case`, `utter_nothing_to_confirm`
        or `utter_owner_moved`.
        """
        raise NotImplementedError

    def decline(self, call: Call) -> Reply:
        """`utter_declined`: nothing was changed; also right when nothing was open."""
        raise NotImplementedError

    def undo(self, call: Call, hint: OrderHint | None = None) -> Reply:
        """`utter_undo_done|request|hold|already|too_late|nothing`."""
        raise NotImplementedError

    def deadline(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_deadline_*`, or the statement `utter_cancel_<code>` when the order is closed.

        Answers "until when can I cancel" and "why not"; proposes nothing, so nothing waits for a yes.
        """
        raise NotImplementedError
