"""The question action of a topic's form: one use case takes the answer and asks what is next."""

import abc
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.base import FRESH, NO_OFFER, AftersaleAction, kept, say, slots
from actions.cases import offer_case
from actions.context import ActionContext
from actions.forms import FORM_OVER, FORMS, Events, form_ends
from actions.heard import Heard
from aftersale.services.reply import Reply

PATIENCE = 2  # useless answers in a row before a person is offered
MISSED = "missed"  # set by a use case beside the question that it asks again
ASKS = "requested_slot"


def form_begins(heard: Heard, form: str) -> Events:
    """Return the events that end what is going on and let a form go on with this message."""
    after = {"event": "followup", "timestamp": None, "name": form}
    return [*slots({**FRESH, **FORM_OVER}), *form_ends(heard.form), after]


class TopicForm(AftersaleAction, abc.ABC):
    """Subclasses name their form and the use case; `action_name` is `action_ask_<form>_<first>`.

    The use case returns the next question with `requested_slot` among its slots, or, with none,
    what ends the form. With the slot `missed` it asks the same again, because the answer was none.
    """

    form: str

    def answer(
        self, dispatcher: CollectingDispatcher, heard: Heard, context: ActionContext
    ) -> Events:
        """Take the answer, if this message is one, and ask what is next."""
        reply = self.step(heard, context)
        misses = heard.misses + 1 if reply.slots.get(MISSED) else 0
        if misses > PATIENCE:
            return offer_case(dispatcher, heard, context, "utter_offer_person_instead")
        if misses:
            dispatcher.utter_message(response=self.missed(heard, misses))
        say(dispatcher, reply)
        return slots({**self._cleared(heard, misses), **self._remembered(reply)})

    @abc.abstractmethod
    def step(self, heard: Heard, context: ActionContext) -> Reply:
        """Call the one use case."""

    def missed(self, _heard: Heard, _misses: int) -> str:
        """Return what is said before a question is asked again."""
        return "utter_missed_once"

    def starts(self, heard: Heard) -> bool:
        """Whether this message starts the form."""
        return heard.starts(self.form)

    def answers(self, heard: Heard) -> bool:
        """Whether the form took this message as the answer to what it asked."""
        return not self.starts(heard) and heard.took_answer

    def _cleared(self, heard: Heard, misses: int) -> dict[str, Any]:
        """Return what is forgotten: other forms, and the answers, which are in the draft now."""
        if self.starts(heard):
            return {**FRESH, **FORM_OVER}
        fresh = FRESH if self.answers(heard) else NO_OFFER
        counted = {"misses": misses} if misses else {}
        return {**fresh, **counted, **dict.fromkeys(self._questions())}

    def _questions(self) -> tuple[str, ...]:
        return tuple(name for name in FORMS[self.form] if not name.endswith("_draft"))

    def _remembered(self, reply: Reply) -> dict[str, Any]:
        """Return what the use case wants remembered; without a question the form is over."""
        asked = reply.slots.get(ASKS)
        over = {} if asked else dict.fromkeys(FORMS[self.form])
        said = {name: value for name, value in kept(reply).items() if name != MISSED}
        return {**said, **over, ASKS: asked}
