"""Show orders as they are: status, delivery, money, terms. Changes nothing."""

from aftersale.services.call import Call, OrderHint
from aftersale.services.reply import Reply
from aftersale.services.wiring import Wiring


class ShowOrder:
    """Answers about one order or all of them.

    Every answer about one order may instead be what `FindOrder.ask_which` says, sets slot `last_order`,
    and takes the order from an `OrderHint`.
    """

    def __init__(self, wiring: Wiring) -> None:
        raise NotImplementedError

    def status(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_status` with the card (block `order_card`) and what the policy allows now."""
        raise NotImplementedError

    def details(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_order_details`, or `utter_order_instructions` when the order has some."""
        raise NotImplementedError

    def list(self, call: Call) -> Reply:
        """`utter_order_list` (block `order_picker`) or `utter_no_orders`."""
        raise NotImplementedError

    def delivery(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_delivery_*`: expected, overdue, delivered, unknown, cancelled."""
        raise NotImplementedError

    def refund(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_refund_*` or `utter_release_*`, only as far as it is known."""
        raise NotImplementedError

    def authorisation(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_authorisation_*`: held, released, captured, none."""
        raise NotImplementedError

    def restocking_fee(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_restocking_*`: percent, flat, unknown."""
        raise NotImplementedError

    def seller_policy(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_seller_policy` with both links, or `utter_seller_policy_none`."""
        raise NotImplementedError

    def unpaid(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_cancel_unpaid_auto` with its date, `utter_unpaid_open` or `utter_unpaid_paid`."""
        raise NotImplementedError
