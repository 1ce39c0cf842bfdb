"""Sellers: writing to them, asking for a hold, a reminder, their terms."""

import re
from dataclasses import replace

from actions.base import ReplyAction
from actions.context import ActionContext
from actions.heard import Heard
from aftersale.services.reply import Reply

_WHOSE = r"(?:seller|supplier|vendor|shop|leader|their)(?:'?s)?"
_WHAT = r"(?:tele)?phone|e-?mail|contact (?:details?|info\w*|data)"
DETAILS = re.compile(
    rf"(?i)\b{_WHOSE} (?:{_WHAT})\b|\bphone number\b"
    rf"|\b(?:{_WHAT})(?: number| address)? (?:of|for) (?:the|my)\b"
)
FAILED = re.compile(r"(?i)\b(?:bounce[ds]?|undeliver\w+|n'?t|not|came back|failed)\b")
PATH = re.compile(
    r"(?i)\bhow (?:do|can|could|would|should|to)\b.*\b(?:contact|reach|write|message|get)\b"
    r"|\bwhere\b.*\bcontact\b"
)
ANSWERED = re.compile(
    r"(?i)\b(?:did|has|have|had) (?:they|you|he|she|(?:the|my) \w+)\b"
    r".*\b(?:answer|repl|respon|agree|heard|seen|wr[io]t)"
)


class ContactSeller(ReplyAction):
    """Write to the seller."""

    action_name = "action_contact_seller"
    ends_form = True

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Propose the letter; a yes sends it, and a mere question about it does not."""
        seller, text = context.services.contact_seller, heard.text or ""
        if ANSWERED.search(text):
            return context.services.show_order.status(context.call, heard.hint())
        if DETAILS.search(text) and not FAILED.search(text):
            hint = replace(heard.hint(), words=None, text=None)  # "phone" names no goods here
            return seller.details(context.call, hint)
        if PATH.search(text):
            return seller.path(context.call, heard.hint())
        if heard.asks:
            return seller.propose(context.call, heard.hint(), as_yes=False)
        return seller.propose(context.call, heard.hint())


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
