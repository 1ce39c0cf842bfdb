"""Orders: where they stand, what is in them, where parcel and money are."""

import re

from actions.base import ReplyAction
from actions.context import ActionContext
from actions.heard import Heard
from aftersale.services.reply import Reply

BARE_STARS = re.compile(r"\W*[1-5]\W*\Z")  # just a number, as an answer to "how many stars?"


class ShowOrder(ReplyAction):
    """The status card."""

    action_name = "action_show_order"

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Show the order with what is possible now; a bare number may be the stars asked for."""
        if not heard.number and BARE_STARS.match(heard.text or ""):
            rated = context.services.feedback.bare(context.call, heard.text or "")
            if rated is not None:
                return rated
        return context.services.show_order.status(context.call, heard.hint())


class OrderDetails(ReplyAction):
    """The whole order."""

    action_name = "action_order_details"

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Show lines, amounts, address and instructions."""
        return context.services.show_order.details(context.call, heard.hint())


class ListOrders(ReplyAction):
    """All orders to pick from."""

    action_name = "action_list_orders"

    def reply(self, _heard: Heard, context: ActionContext) -> Reply:
        """Show the newest orders."""
        return context.services.show_order.list(context.call)


class Delivery(ReplyAction):
    """When it arrives."""

    action_name = "action_delivery"

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Say the date, as far as there is one."""
        return context.services.show_order.delivery(context.call, heard.hint())


class RefundStatus(ReplyAction):
    """Where the money is."""

    action_name = "action_refund_status"
    about_money = True

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Say how far a refund or release is."""
        return context.services.show_order.refund(context.call, heard.hint())


class Authorisation(ReplyAction):
    """What the hold on a card is."""

    action_name = "action_authorisation"

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Say whether money is held or was charged."""
        return context.services.show_order.authorisation(context.call, heard.hint())


class UnpaidOrder(ReplyAction):
    """What becomes of an order nobody has paid."""

    action_name = "action_unpaid_order"

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Say whether and when it cancels itself."""
        return context.services.show_order.unpaid(context.call, heard.hint())
