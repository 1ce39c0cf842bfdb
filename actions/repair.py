"""Repair: what to do when a message was not understood, and saying things again."""

from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.articles import shown
from actions.base import AftersaleAction, say, slots
from actions.cases import offer_case
from actions.context import ActionContext
from actions.forms import Events
from actions.heard import Heard
from aftersale.services.call import OrderHint
from aftersale.services.find_order import Found, FoundKind
from aftersale.services.reply import Reply

SUGGESTIONS = 3
ABOUT_ORDERS = {"number", "blocks"}  # variables that only a verified buyer is told
PATIENCE = 2  # useless answers in a row before a person is offered

# Answers, not wishes: as a suggestion they would say nothing.
NEVER_SUGGESTED = frozenset(
    {"affirm", "deny", "inform_order", "inform_reason", "other_order", "repeat", "greet", "thank"}
    | {"goodbye", "how_are_you", "compliment", "complain", "undo_cancel", "never_mind"}
    | {"add_to_case", "cannot_provide", "inform_code", "inform_email", "inform_evidence"}
    | {"inform_resolution", "not_helpful", "skip", "solved_it"}
)


class NotUnderstood(AftersaleAction):
    """First suggest, then explain and offer a person; inside the form the form asks again."""

    action_name = "action_not_understood"

    def answer(
        self, dispatcher: CollectingDispatcher, heard: Heard, context: ActionContext
    ) -> Events:
        """Answer by how often it went wrong since something was understood."""
        misses = heard.misses + 1
        if article := clear_question(heard, context):
            return shown(dispatcher, article)
        if misses <= PATIENCE and points_elsewhere(looked_for(heard, context), heard):
            return slots({"misses": misses})  # the form goes on with the order that fits
        if misses > PATIENCE or (misses == PATIENCE and not heard.in_form):
            return self.offer(dispatcher, heard, context)
        if heard.intent == "out_of_scope" and misses < PATIENCE:
            dispatcher.utter_message(**elsewhere(heard))
        elif heard.in_form:
            dispatcher.utter_message(response=missed(heard, misses))
        else:
            dispatcher.utter_message(**suggestion(heard))
        return slots({"misses": misses})

    def offer(
        self, dispatcher: CollectingDispatcher, heard: Heard, context: ActionContext
    ) -> Events:
        """Explain what would be understood and offer a person; the form is over."""
        name = "utter_offer_person_instead" if heard.in_form else "utter_fallback_explain"
        return offer_case(dispatcher, heard, context, name)


class SaidAgain(AftersaleAction):
    """Tell a buyer who says "cancel it" once more that this is not yet a yes."""

    action_name = "action_said_again"

    def answer(
        self, dispatcher: CollectingDispatcher, heard: Heard, context: ActionContext
    ) -> Events:
        """Say so, unless the form asks for an order or is about to speak of another one."""
        if not heard.asked_which and not looked_for(heard, context).candidates:
            dispatcher.utter_message(response="utter_say_yes_or_no")
        return []


class Repeat(AftersaleAction):
    """Say the last thing once more."""

    action_name = "action_repeat"

    def answer(
        self, dispatcher: CollectingDispatcher, heard: Heard, context: ActionContext
    ) -> Events:
        """Pass the last response on again, variables and all; an order only while verified."""
        if context.call.identity.buyer_id is None and ABOUT_ORDERS & heard.said_with.keys():
            say(dispatcher, context.services.find_order.ask_which(context.call, OrderHint()))
            return []
        if heard.in_form:
            return slots({"shown": None})  # the form says its question in full
        dispatcher.utter_message(response=heard.said or "utter_repeat_nothing", **heard.said_with)
        return []


def clear_question(heard: Heard, context: ActionContext) -> Reply | None:
    """Return the help article that a message clearly asks for, although nobody understood it."""
    if heard.in_form or heard.intent != "nlu_fallback":
        return None
    return context.services.articles.sure(context.call, heard.text)


def elsewhere(heard: Heard) -> dict[str, Any]:
    """Return what is said to a wish that is none of a shop's; the form asks its own question."""
    said = {"response": "utter_out_of_scope"}
    return said | {"choices": []} if heard.in_form else said


def looked_for(heard: Heard, context: ActionContext) -> Found:
    """Return which orders the words of the message fit, whatever its intent."""
    if heard.form != "cancel_form" or not heard.text:
        return Found(FoundKind.NONE)
    hint = OrderHint(words=heard.words, text=heard.text)
    return context.services.find_order.named(context.call, hint)


def points_elsewhere(found: Found, heard: Heard) -> bool:
    """Whether the form will speak of an order just found, or ask which of some it is."""
    if found.order:
        return found.order.number != heard.order_ref
    return heard.asked_which and bool(found.candidates)


def missed(heard: Heard, misses: int) -> str:
    """Return what is said before the form asks again."""
    if misses < PATIENCE or heard.form != "cancel_form":
        return "utter_missed_once"
    asks_order = heard.requested_slot == "order_ref"
    return "utter_missed_twice_order" if asks_order else "utter_missed_twice_yes"


def suggestion(heard: Heard) -> dict[str, Any]:
    """Return a reply that offers what the message may have meant."""
    person = "talk_to_human"  # always there, and once
    likely = [name for name in heard.ranking if name not in NEVER_SUGGESTED | {person}]
    if not likely and person not in heard.ranking:
        return {"response": "utter_fallback_rephrase"}
    return {"response": "utter_fallback_suggest", "choices": [*likely[:SUGGESTIONS], person]}
