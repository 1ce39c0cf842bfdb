"""Sellers: writing to them, asking for a hold, a reminder, their terms."""

import re
from dataclasses import replace

from rasa_sdk.executor import CollectingDispatcher

from actions.base import FRESH, AftersaleAction, ReplyAction, say, slots
from actions.context import ActionContext
from actions.forms import Events
from actions.heard import Heard
from actions.topic_form import TopicForm, form_begins
from aftersale.services.compose import DRAFT as LETTER_DRAFT
from aftersale.services.compose import LetterSaid
from aftersale.services.pre_sale import TIP
from aftersale.services.reply import Reply
from aftersale.services.report_bounce import DRAFT as BOUNCE_DRAFT
from aftersale.services.report_bounce import BounceSaid

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


class AskLetter(TopicForm):
    """Everything that is asked about a letter to the seller, and the yes that sends it."""

    action_name = "action_ask_letter_form_letter_next"
    form = "letter_form"

    def step(self, heard: Heard, context: ActionContext) -> Reply:
        """Take the answer to what was asked; at the start, whom to write to and perhaps what."""
        starts = self.starts(heard)
        known = told_instead(heard, context) if starts else None
        if known is not None:
            return known
        said = LetterSaid(
            intent=heard.intent,
            text=heard.text,
            hint=heard.hint(),
            seller=heard.entities.get("seller"),
            asked=heard.requested_slot if self.answers(heard) else None,
            doubts=heard.has_doubts,
        )
        draft = {} if starts else heard.draft(LETTER_DRAFT)
        return context.services.compose.step(context.call, said, draft)


def asks_seller(reply: Reply) -> bool:
    """Whether the way it offers is to write to the seller."""
    return any(way["intent"] == "contact_seller" for way in reply.variables["choices"])


def told_instead(heard: Heard, context: ActionContext) -> Reply | None:
    """Return what answers a question about the seller, or a yes to the letter just offered."""
    seller, text = context.services.contact_seller, heard.text or ""
    if ANSWERED.search(text):
        return context.services.show_order.status(context.call, heard.hint())
    if DETAILS.search(text) and not FAILED.search(text):
        hint = replace(heard.hint(), words=None, text=None)  # "phone" names no goods here
        return seller.details(context.call, hint)
    if PATH.search(text):
        return seller.path(context.call, heard.hint())
    return None if heard.asks else seller.if_offered(context.call, heard.hint())


class AskBounce(TopicForm):
    """Everything that is asked about mail that came back, and the yes that reports it."""

    action_name = "action_ask_bounce_form_bounce_next"
    form = "bounce_form"

    def step(self, heard: Heard, context: ActionContext) -> Reply:
        """Take the answer to what was asked."""
        said = BounceSaid(
            intent=heard.intent,
            text=heard.text,
            hint=heard.hint(),
            seller=heard.entities.get("seller"),
            asked=heard.requested_slot if self.answers(heard) else None,
            doubts=heard.has_doubts,
        )
        draft = {} if self.starts(heard) else heard.draft(BOUNCE_DRAFT)
        return context.services.report_bounce.step(context.call, said, draft)


class SellerUnreachable(ReplyAction):
    """The seller does not answer."""

    action_name = "action_seller_unreachable"
    ends_form = True

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Say what was tried and what can be done now."""
        return context.services.seller_trouble.unreachable(context.call, heard.hint())


class OutOfStock(ReplyAction):
    """The seller cannot deliver."""

    action_name = "action_out_of_stock"
    ends_form = True

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Say who refunds and how far that is."""
        return context.services.seller_trouble.out_of_stock(context.call, heard.hint())


class PreSale(AftersaleAction):
    """A question before buying."""

    action_name = "action_pre_sale"

    def answer(
        self, dispatcher: CollectingDispatcher, heard: Heard, context: ActionContext
    ) -> Events:
        """Lead to whoever knows the goods; the tip to read about them comes once."""
        pre_sale = context.services.pre_sale
        if pre_sale.tip_due(context.call):
            dispatcher.utter_message(response=TIP)
        reply = pre_sale.ask(
            context.call,
            words=heard.words,
            text=heard.text,
            seller=heard.entities.get("seller"),
        )
        if reply.response == heard.said == "utter_pre_sale_question" and asks_seller(reply):
            return form_begins(heard, "letter_form")  # what they'd like to know was just told
        say(dispatcher, reply)
        return slots(FRESH)


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
