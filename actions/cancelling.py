"""Cancelling: the two questions of the form, the yes, the no, the undo, and until when."""

import hashlib
import json
from dataclasses import replace
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.articles import ARTICLES, unhelpful
from actions.base import FRESH, NO_OFFER, AftersaleAction, ReplyAction, kept, say, slots
from actions.context import ActionContext
from actions.forms import FORM_OVER, FORMS, Events, form_ends
from actions.heard import ANSWERS, MISSES, Heard
from actions.topic_form import form_begins
from aftersale.services.call import OrderHint
from aftersale.services.pre_sale import TIP
from aftersale.services.reply import Reply

# What these offer in words, by one button, a yes begins too; it still shows everything first.
OFFERS = frozenset(
    {"utter_pre_sale_question", "utter_case_over_decided", "utter_case_status_declined"}
)
BEGINS = {"contact_seller": "letter_form", "escalate_case": "case_form"}
STILL_ASKED = frozenset({"utter_cancel_not_found"})  # it says: please check the number


def asked_anew(heard: Heard, context: ActionContext) -> Reply | None:
    """Return the question which order once more, when it was asked and this names none.

    After a number that is not theirs, the only order they have is not taken for the one meant.
    """
    answers = heard.intent in ANSWERS or heard.intent == "other_order"
    answered = answers or bool(heard.number or heard.pick)
    if not heard.asked_which or heard.starts("cancel_form") or answered:
        return None
    find = context.services.find_order
    if heard.intent in MISSES and find.named(context.call, heard.form_hint()).candidates:
        return None
    return replace(find.ask_which(context.call, OrderHint()), slots={"order_ref": None})


def propose(heard: Heard, context: ActionContext) -> Reply:
    """Return what a yes would do, or the question which order is meant."""
    return context.services.cancel_order.propose(
        context.call,
        heard.form_hint(),
        reason_class=heard.reason_class,
        reason_text=heard.reason_text,
    )


class AskFormSlot(AftersaleAction):
    """Both questions of the form are one use case: it asks which order, or shows the proposal."""

    action_name = "action_ask_cancel_form_cancel_confirmed"

    def answer(
        self, dispatcher: CollectingDispatcher, heard: Heard, context: ActionContext
    ) -> Events:
        """Say the proposal, shorter when it was just shown, and set what the form waits for."""
        reply = asked_anew(heard, context) or propose(heard, context)
        mark = mark_of(reply)
        same = bool(mark) and heard.shown == mark
        if heard.several and heard.intent in ANSWERS:
            dispatcher.utter_message(response="utter_one_at_a_time")
        say(dispatcher, again(reply) if same else reply)
        answered = reply.slots.get("order_ref") not in {None, heard.order_ref}
        cleared = FRESH if heard.moves_on or answered else NO_OFFER
        started = other_forms() if heard.starts("cancel_form") else {}
        return slots({**started, **cleared, **reply.slots, "shown": mark, **waiting_for(reply)})


class AskOrderRef(AskFormSlot):
    """Which order: the form's first question."""

    action_name = "action_ask_cancel_form_order_ref"


class Confirm(AftersaleAction):
    """The yes to what was shown last."""

    action_name = "action_confirm"

    def answer(
        self, dispatcher: CollectingDispatcher, heard: Heard, context: ActionContext
    ) -> Events:
        """Carry it out; a yes that names another order is a new proposal instead.

        So is anything that is no yes: after a failure the form may still hold an old one.
        """
        if heard.intent == "affirm" and heard.said in ARTICLES:
            return form_begins(heard, "feedback_form")
        if form := taken_up(heard):
            return form_begins(heard, form)
        reply = (
            answer_to_yes(heard, context)
            if heard.intent == "affirm" and not heard.names_another
            else propose_named(heard, context)
        )
        say(dispatcher, reply)
        if context.services.tips.after_wrong_item(context.call):
            dispatcher.utter_message(response=TIP)
        return [*slots({**FRESH, **FORM_OVER, **kept(reply)}), *form_ends(heard.form)]


class Decline(AftersaleAction):
    """The no to what was shown last."""

    action_name = "action_decline"

    def answer(
        self, dispatcher: CollectingDispatcher, heard: Heard, context: ActionContext
    ) -> Events:
        """Leave everything as it is; a no that names another order is a new proposal instead."""
        if heard.intent == "deny" and heard.said in ARTICLES:
            return unhelpful(dispatcher, heard, context)
        reply = (
            propose_named(heard, context) if heard.names_another else answer_to_no(heard, context)
        )
        say(dispatcher, reply)
        return [*slots({**FRESH, **FORM_OVER, **kept(reply)}), *form_ends(heard.form)]


class NeverMind(Decline):
    """The end of whatever was going on."""

    action_name = "action_never_mind"


class Goodbye(NeverMind):
    """The end of the talk; whatever waited for an answer is left as it is."""

    action_name = "action_goodbye"

    def answer(
        self, dispatcher: CollectingDispatcher, heard: Heard, context: ActionContext
    ) -> Events:
        """Say goodbye, or that nothing was changed when something was going on."""
        if heard.in_form:
            return super().answer(dispatcher, heard, context)
        dispatcher.utter_message(response="utter_goodbye")
        return []


class Undo(ReplyAction):
    """Take back what was done a moment ago."""

    action_name = "action_undo"
    ends_form = True

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Undo it if it has not left yet."""
        return context.services.cancel_order.undo(context.call, heard.hint())


class CancelDeadline(ReplyAction):
    """Until when, and why not."""

    action_name = "action_cancel_deadline"

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Say the time or the reason; propose nothing."""
        return context.services.cancel_order.deadline(context.call, heard.hint())


def taken_up(heard: Heard) -> str | None:
    """Return the form that a yes to the words said last begins, if they offered one."""
    if heard.intent != "affirm" or heard.has_doubts or heard.in_form:
        return None
    if heard.said == "utter_how_to_cancel":
        return "cancel_form"
    offered = heard.said_with.get("choices") if heard.said in OFFERS else None
    ways = offered if isinstance(offered, list) and len(offered) == 1 else []
    return next((BEGINS.get(str(way.get("intent"))) for way in ways), None)


def other_forms() -> dict[str, None]:
    """Return what the other forms remembered, forgotten."""
    return {name: None for name in FORM_OVER if name not in FORMS["cancel_form"]}


def answer_to_yes(heard: Heard, context: ActionContext) -> Reply:
    """Carry a clear yes out; after "ok, maybe" or "yes, wait" the same is shown once more."""
    cancel = context.services.cancel_order
    if heard.has_doubts:
        return cancel.ask_again(context.call)
    return cancel.confirm(context.call)


def answer_to_no(heard: Heard, context: ActionContext) -> Reply:
    """Take the offer off the table; after "ok wait" it is shown once more."""
    cancel = context.services.cancel_order
    return cancel.ask_again(context.call) if heard.halts else cancel.decline(context.call)


def propose_named(heard: Heard, context: ActionContext) -> Reply:
    """Return the proposal for the order this message names."""
    return context.services.cancel_order.propose(context.call, heard.hint())


def mark_of(reply: Reply) -> str | None:
    """Return a mark of everything a proposal shows, so that a changed one is shown in full.

    Its choices are left out: they follow from the rest, and every Yes has an id of its own.
    """
    if reply.done or not reply.slots.get("order_ref"):
        return None
    variables = {name: value for name, value in reply.variables.items() if name != "choices"}
    shown = json.dumps([reply.response, variables], sort_keys=True, default=str)
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


def again(reply: Reply) -> Reply:
    """Return the short question after an interruption: what a yes would do, the same choices."""
    variables = {name: reply.variables.get(name) for name in ("number", "seller", "choices")}
    return Reply(f"utter_ask_again_{reply.variables['offer']}", variables)


def waiting_for(reply: Reply) -> dict[str, Any]:
    """Return what the form waits for now. None for its requested slot ends it."""
    if reply.done and reply.response not in STILL_ASKED:
        return {**FORM_OVER, "requested_slot": None}
    if reply.slots.get("order_ref"):
        return {"requested_slot": "cancel_confirmed"}
    return {"order_ref": None, "requested_slot": "order_ref"}
