"""Accounts: a forgotten password, guests and their codes, and why an order is not taken."""

from rasa_sdk.executor import CollectingDispatcher

from actions.base import FRESH, AftersaleAction, ReplyAction, say, slots
from actions.context import ActionContext
from actions.forms import Events
from actions.heard import Heard
from actions.topic_form import TopicForm, form_begins
from aftersale.services.reply import Reply


class ResetPassword(AftersaleAction):
    """A forgotten password: where the way is only told, what was going on goes on."""

    action_name = "action_reset_password"

    def answer(
        self, dispatcher: CollectingDispatcher, heard: Heard, context: ActionContext
    ) -> Events:
        """Tell the way, or begin the form that asks for the account."""
        told = context.services.password_reset.told(context.call)
        if told is None:
            return [] if heard.form == AskReset.form else form_begins(heard, AskReset.form)
        say(dispatcher, told)
        return slots(FRESH)


class AskReset(TopicForm):
    """Whose password it is: by e-mail address or member id, never the password itself."""

    action_name = "action_ask_reset_form_reset_next"
    form = "reset_form"

    def step(self, heard: Heard, context: ActionContext) -> Reply:
        """Take the account that was named, or ask for it."""
        reset = context.services.password_reset
        if self.answers(heard):
            return reset.take(context.call, heard.text or "")
        named = heard.entities.get("email") or heard.entities.get("member_id")
        return reset.start(context.call, named=named)


class AskGuest(TopicForm):
    """Which order, then the code that was sent to its address."""

    action_name = "action_ask_guest_form_guest_next"
    form = "guest_form"

    def step(self, heard: Heard, context: ActionContext) -> Reply:
        """Take the number or the code; a pressed "send a new code" names its number."""
        guests = context.services.guests
        if self.starts(heard) or heard.intent == "guest_order":
            return guests.start(context.call, number=heard.number)
        if self.answers(heard):
            said = heard.number or heard.text or ""
            return guests.take(context.call, heard.requested_slot, said, text=heard.text or "")
        return guests.again(context.call, heard.requested_slot)


class AskOrdering(TopicForm):
    """Which product cannot be ordered, or which address is not taken."""

    action_name = "action_ask_ordering_form_ordering_next"
    form = "ordering_form"

    def step(self, heard: Heard, context: ActionContext) -> Reply:
        """Look at what the message names, or ask for it."""
        cannot, text = context.services.cannot_order, heard.text or ""
        if self.answers(heard):
            return cannot.take(context.call, heard.requested_slot, text, product=heard.words)
        if self.starts(heard):
            return cannot.start(context.call, text=text, product=heard.words)
        return cannot.again(context.call, heard.requested_slot)


class InformCode(ReplyAction):
    """A code that no form asked for just now."""

    action_name = "action_inform_code"

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Try it when one was sent in this conversation."""
        text = heard.text or ""
        linked = context.services.links.code_alone(context.call, text)
        return linked or context.services.guests.code_alone(context.call, text)


class InformEmail(ReplyAction):
    """An address or a member id that no form asked for."""

    action_name = "action_inform_email"

    def reply(self, _heard: Heard, context: ActionContext) -> Reply:
        """Say that it is not needed, and what it could be for."""
        return context.services.guests.address_alone(context.call)
