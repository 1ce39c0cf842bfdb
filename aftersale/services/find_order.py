"""Find the order a buyer means: by number, by words, by position, or by what was talked about."""

from dataclasses import dataclass
from enum import StrEnum

from aftersale.domain.orders import Order
from aftersale.services.call import Call, OrderHint
from aftersale.services.reply import Reply
from aftersale.services.wiring import Wiring


class FoundKind(StrEnum):
    """What the search gave."""

    ONE = "one"
    SEVERAL = "several"
    NONE = "none"
    NOT_VERIFIED = "not_verified"


@dataclass(frozen=True, slots=True)
class Found:
    """The result. `order` only for ONE; `candidates` newest or best first for SEVERAL."""

    kind: FoundKind
    order: Order | None = None
    candidates: tuple[Order, ...] = ()
    by_number: bool = False


class FindOrder:
    """Search among the verified buyer's own orders; anything else does not exist."""

    def __init__(self, wiring: Wiring) -> None:
        raise NotImplementedError

    def resolve(
        self,
        call: Call,
        *,
        text_number: str | None = None,
        pick: str | None = None,
        words: str | None = None,
        current: str | None = None,
    ) -> Found:
        """Return one order, several, none, or `not_verified`."""
        raise NotImplementedError

    def ask_which(self, call: Call, hint: OrderHint) -> Reply:
        """Ask for the order: slots `order_ref` and `last_order` when the hint fits exactly one.

        Replies `utter_which_order`, `utter_which_order_no_match` (block `order_picker`, done False),
        `utter_no_orders`, `utter_cancel_not_found` or `utter_cancel_not_verified`.
        """
        raise NotImplementedError
