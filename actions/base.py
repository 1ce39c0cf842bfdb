"""The shared base of all actions: what the buyer said, and how a reply is passed on."""

import abc
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.context import ActionContext, current
from actions.heard import Heard
from aftersale.services.reply import Reply

Events = list[dict[str, Any]]

NO_OFFER = {"case_offered": None, "case_text": None}
FORM_OVER = {"order_ref": None, "cancel_confirmed": None, "reason_class": None, "shown": None}


class AftersaleAction(Action, abc.ABC):
    """One thing the assistant does: hear, call one use case, say its reply."""

    action_name: str

    def name(self) -> str:
        """Return the name the rules know it by."""
        return self.action_name

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: DomainDict) -> Events:
        """Answer the buyer's last message."""
        return self.answer(dispatcher, Heard.from_tracker(tracker), current.get())

    @abc.abstractmethod
    def answer(
        self, dispatcher: CollectingDispatcher, heard: Heard, context: ActionContext
    ) -> Events:
        """Call the use case, say its reply and return the events of the dialogue."""


class ReplyAction(AftersaleAction, abc.ABC):
    """An action that says what its use case replied, and no more."""

    def answer(
        self, dispatcher: CollectingDispatcher, heard: Heard, context: ActionContext
    ) -> Events:
        """Say the reply; what was offered before is off the table."""
        reply = self.reply(heard, context)
        say(dispatcher, reply)
        return slots({**NO_OFFER, **kept(reply)})

    @abc.abstractmethod
    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Call the one use case."""


def say(dispatcher: CollectingDispatcher, reply: Reply) -> None:
    """Pass a reply on, unworded."""
    dispatcher.utter_message(response=reply.response, **reply.variables)


def slots(values: dict[str, Any]) -> Events:
    """Return the events that set these slots."""
    return [{"event": "slot", "timestamp": None, "name": k, "value": v} for k, v in values.items()]


def kept(reply: Reply) -> dict[str, Any]:
    """Return what a reply wants remembered. The order of the form belongs to the form alone."""
    return {name: value for name, value in reply.slots.items() if name != "order_ref"}
