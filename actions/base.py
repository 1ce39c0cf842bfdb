"""The shared base of all actions: what the buyer said, and how a reply is passed on."""

import abc
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.awaited import take_answer
from actions.context import ActionContext, current
from actions.forms import FORM_OVER, OFFERED, Events, form_ends
from actions.heard import Heard
from aftersale.services.reply import Reply

NO_OFFER = {"case_offered": None, "case_text": None}
FRESH = dict.fromkeys(OFFERED)


class AftersaleAction(Action, abc.ABC):  # type: ignore[misc]  # the SDK is untyped
    """One thing the assistant does: hear, call one use case, say its reply."""

    action_name: str

    def name(self) -> str:
        """Return the name the rules know it by."""
        return self.action_name

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: DomainDict) -> Events:
        """Answer the buyer's last message."""
        heard, context = Heard.from_tracker(tracker), current.get()
        events = take_answer(dispatcher, heard, context)
        if events is None:
            events = self.answer(dispatcher, heard, context)
        return [event for event in events if changes(event, tracker.slots)]

    @abc.abstractmethod
    def answer(
        self, dispatcher: CollectingDispatcher, heard: Heard, context: ActionContext
    ) -> Events:
        """Call the use case, say its reply and return the events of the dialogue."""


class ReplyAction(AftersaleAction, abc.ABC):
    """An action that says what its use case replied, and no more."""

    ends_form = False  # whether this ends the form inside which it happens, whichever it is
    about_money = False  # then the form says its question in full again, money and all

    def answer(
        self, dispatcher: CollectingDispatcher, heard: Heard, context: ActionContext
    ) -> Events:
        """Say the reply; what was offered before is off the table."""
        reply = self.reply(heard, context)
        if not (heard.asked_which and asks_which(reply) and not self.ends_form):
            say(dispatcher, reply)  # else the form asks the very same next
        if self.ends_form:
            return [*slots({**FRESH, **FORM_OVER, **kept(reply)}), *form_ends(heard.form)]
        over = {"shown": None} if self.about_money else {}
        return slots({**FRESH, **over, **kept(reply)})

    @abc.abstractmethod
    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Call the one use case."""


def changes(event: dict[str, Any], known: dict[str, Any]) -> bool:
    """Whether an event says anything new; a long history costs time at every turn.

    The requested slot is a signal to the form even when its value stays what it is.
    """
    if event["event"] != "slot" or event["name"] == "requested_slot":
        return True
    return bool(known.get(event["name"]) != event["value"])


def say(dispatcher: CollectingDispatcher, reply: Reply) -> None:
    """Pass a reply on, unworded."""
    dispatcher.utter_message(response=reply.response, **reply.variables)


def asks_which(reply: Reply) -> bool:
    """Whether a reply asks which order is meant."""
    return not reply.done and not reply.slots.get("order_ref")


def slots(values: dict[str, Any]) -> Events:
    """Return the events that set these slots."""
    return [{"event": "slot", "timestamp": None, "name": k, "value": v} for k, v in values.items()]


def kept(reply: Reply) -> dict[str, Any]:
    """Return what a reply wants remembered. The order of the form belongs to the form alone."""
    return {name: value for name, value in reply.slots.items() if name != "order_ref"}
