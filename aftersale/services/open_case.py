"""Open a numbered, stored case for a person. Never says that anyone is being connected."""

from aftersale.services.call import Call, OrderHint
from aftersale.services.reply import Reply
from aftersale.services.wiring import Wiring


class OpenCase:
    """Opens one case per turn at most; the same turn again gets the same number."""

    def __init__(self, wiring: Wiring) -> None:
        raise NotImplementedError

    def open(
        self, call: Call, hint: OrderHint, *, text: str | None = None, person: bool = False
    ) -> Reply:
        """`utter_case_opened[_for_order][_ack]`; with `person`, `utter_person_case[_ack]`.

        The order is optional: a hint that fits nothing opens the case without one. If the buyer is
        just being asked whether a person shall look at an order, this is the yes to that.
        """
        raise NotImplementedError
