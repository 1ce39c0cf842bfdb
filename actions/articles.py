"""Help articles: answers, whether they helped, opening hours, and what was promised."""

import re

from rasa_sdk.executor import CollectingDispatcher

from actions.base import FRESH, AftersaleAction, ReplyAction, kept, say, slots
from actions.cases import offer_case
from actions.context import ActionContext
from actions.forms import Events
from actions.heard import Heard
from aftersale.services.reply import Reply

ARTICLES = frozenset({"utter_article", "utter_article_next"})  # they ask whether it helped
NO_ARTICLE = "utter_offer_case_no_article"
GUIDE = re.compile(r"(?i)\b(?:articles?|guides?|steps?|faqs?|tutorial|help pages?|explain)\b")
WAYS = {"sign_in_help": "utter_sign_in_help"}
NO_ANSWER = {"payment_problem": "utter_offer_case_payment_problem"}


class Article(AftersaleAction):
    """Answer from the help articles; a person is offered where there is none."""

    action_name = "action_article"

    def answer(
        self, dispatcher: CollectingDispatcher, heard: Heard, context: ActionContext
    ) -> Events:
        """Show the article that fits best; who only pressed a button gets the way itself."""
        if heard.text is None and heard.intent in WAYS:
            dispatcher.utter_message(response=WAYS[heard.intent])
            return slots(FRESH)
        reply = context.services.articles.answer(context.call, heard.text, intent=heard.intent)
        if reply is None:
            return offer_case(dispatcher, heard, context, NO_ANSWER.get(heard.intent, NO_ARTICLE))
        return shown(dispatcher, reply)


class HowToCancel(Article):
    """How cancelling works here: in a sentence, or step by step for who asks for a guide."""

    action_name = "action_how_to_cancel"

    def answer(
        self, dispatcher: CollectingDispatcher, heard: Heard, context: ActionContext
    ) -> Events:
        """Show the article to who asks for one, and the short answer to everybody else."""
        if heard.text and GUIDE.search(heard.text):
            return super().answer(dispatcher, heard, context)
        dispatcher.utter_message(response="utter_how_to_cancel")
        return []


class NotHelpful(AftersaleAction):
    """The answer did not help: the next article, or a person."""

    action_name = "action_not_helpful"

    def answer(
        self, dispatcher: CollectingDispatcher, heard: Heard, context: ActionContext
    ) -> Events:
        """Show what fits next; a form that is going on asks its question again."""
        return unhelpful(dispatcher, heard, context)


class OpeningHours(ReplyAction):
    """When somebody is there."""

    action_name = "action_opening_hours"

    def reply(self, _heard: Heard, context: ActionContext) -> Reply:
        """Tell the hours of the storefront."""
        return context.services.live_help.hours(context.call)


class WhatPromised(ReplyAction):
    """What was promised."""

    action_name = "action_what_promised"

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """List it, about one order when the message names one."""
        return context.services.promises.tell(context.call, heard.hint())


def shown(dispatcher: CollectingDispatcher, reply: Reply) -> Events:
    """Show an article; what was offered before is off the table."""
    say(dispatcher, reply)
    return slots({**FRESH, **kept(reply)})


def unhelpful(dispatcher: CollectingDispatcher, heard: Heard, context: ActionContext) -> Events:
    """Show the next article, or offer a person; inside another form only the case is offered."""
    reply = context.services.articles.not_helpful(context.call)
    if reply is None:
        return offer_case(dispatcher, heard, context, "utter_offer_case_not_helped")
    return shown(dispatcher, reply)
