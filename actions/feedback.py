"""Ratings: stars, then a comment; whatever else is said ends it without another word."""

import re

from rasa_sdk.executor import CollectingDispatcher

from actions.articles import ARTICLES
from actions.base import slots
from actions.context import ActionContext
from actions.forms import FORMS, Events, form_ends
from actions.heard import Heard
from actions.topic_form import TopicForm
from aftersale.services.feedback import Matter
from aftersale.services.reply import Reply

DRAFT = "feedback_draft"
SKIPS = frozenset({"skip", "deny", "cannot_provide"})
NUMBERS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}
BARE = re.compile(r"^\W*([1-5])\W*$")  # said where nothing asked for it: just the number
STARS = re.compile(r"(?i)(?<![\d.,])([1-5]|one|two|three|four|five)(?![\d.,]\d|\d)")


class AskFeedback(TopicForm):
    """The two short questions of a rating."""

    action_name = "action_ask_feedback_form_feedback_next"
    form = "feedback_form"

    def answer(
        self, dispatcher: CollectingDispatcher, heard: Heard, context: ActionContext
    ) -> Events:
        """Ask, or take the answer; nobody is asked again after another topic came up."""
        if self.starts(heard) or self.answers(heard):
            return super().answer(dispatcher, heard, context)
        return [*slots(dict.fromkeys(FORMS[self.form])), *form_ends(self.form)]

    def step(self, heard: Heard, context: ActionContext) -> Reply:
        """Begin with what the message says, or take it as the answer to what was asked."""
        feedback, call = context.services.feedback, context.call
        if self.starts(heard):
            return self._begun(heard, context)
        if heard.intent in SKIPS:
            return feedback.skip(call)
        if heard.requested_slot == "feedback_stars" and (stars := stars_in(heard)):
            return feedback.take_stars(call, stars, matter(heard))
        return feedback.comment(call, heard.text or "", heard.draft(DRAFT), matter(heard))

    def _begun(self, heard: Heard, context: ActionContext) -> Reply:
        """Begin: a yes to an article or "that solved it" comes first, and may settle a case."""
        if heard.intent in {"solved_it", "affirm"}:
            number = heard.entities.get("case_number")
            if settled := context.services.add_to_case.settled(context.call, number):
                return settled
            return context.services.feedback.solved(context.call, matter(heard))
        return context.services.feedback.begin(context.call, stars_in(heard), matter(heard))


def matter(heard: Heard) -> Matter:
    """Return what the rating is about."""
    return Matter(topic=heard.topic, on_article=heard.said in ARTICLES)


def stars_in(heard: Heard) -> str | None:
    """Return the stars that a message gives."""
    if rating := heard.entities.get("rating"):
        return rating
    asked = heard.requested_slot == "feedback_stars"
    found = (STARS if asked else BARE).search(heard.text or "")
    return NUMBERS.get(found[1].lower(), found[1]) if found else None
