"""Sellers: writing to them, asking for a hold, a reminder, their terms."""

from actions.base import ReplyAction
from actions.context import ActionContext
from actions.heard import Heard
from aftersale.services.reply import Reply


class ContactSeller(ReplyAction):
    """Write to the seller."""

    action_name = "action_contact_seller"
    ends_form = True

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Propose the letter; a yes sends it, and a mere question about it does not."""
        propose = context.services.contact_seller.propose
        if heard.asks:
            return propose(context.call, heard.hint(), as_yes=False)
        return propose(context.call, heard.hint())


class AskHold(ReplyAction):
    """Ask the supplier not to ship yet."""

    action_name = "action_ask_hold"
    ends_form = True

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Propose the message, or send it when it was just offered."""
        return context.services.ask_hold.propose(context.call, heard.hint())


class Remind(ReplyAction):
    """Tell the buyer when it becomes possible."""

    action_name = "action_remind"
    ends_form = True

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Store the promise."""
        return context.services.reminders.remind(context.call, heard.hint())


class SellerPolicy(ReplyAction):
    """The seller's own policies."""

    action_name = "action_seller_policy"

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Show both links."""
        return context.services.show_order.seller_policy(context.call, heard.hint())


class RestockingFee(ReplyAction):
    """What sending it back may cost."""

    action_name = "action_restocking_fee"

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Say the fee as far as it is known."""
        return context.services.show_order.restocking_fee(context.call, heard.hint())
