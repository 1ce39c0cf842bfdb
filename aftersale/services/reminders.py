"""Promise to tell a buyer when something becomes possible (R1.8)."""

from aftersale.services.call import Call, OrderHint
from aftersale.services.reply import Reply
from aftersale.services.wiring import Wiring


class Reminders:
    """Stores the promise; the sweeper keeps it."""

    def __init__(self, wiring: Wiring) -> None:
        raise NotImplementedError

    def remind(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_reminder_set`, `utter_reminder_already`, or `utter_reminder_not_needed`."""
        raise NotImplementedError
