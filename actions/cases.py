"""Cases: opened when a person is wanted, offered when a topic needs one."""

import abc

from rasa_sdk.executor import CollectingDispatcher

from actions.base import AftersaleAction, ReplyAction, slots
from actions.context import ActionContext
from actions.forms import FORM_OVER, Events, form_ends
from actions.heard import Heard
from aftersale.domain.handoffs import HandoffReason
from aftersale.services.reply import Reply

CASE_OFFERS = ("utter_offer_", "utter_fallback_explain")  # how their responses begin
LIVE = "_live"  # how an offer ends that somebody is there for
# Why a person is wanted, by the offer that was made; asked for unoffered, the buyer asked.
REASONS = {
    "utter_offer_person_live": HandoffReason.ANGER,
    "utter_offer_person_instead_live": HandoffReason.STUCK,
    "utter_fallback_explain_live": HandoffReason.STUCK,
}
PERSON_OFFERS = frozenset(name.removesuffix(LIVE) for name in REASONS)


class OpenCase(ReplyAction):
    """Open a numbered case."""

    action_name = "action_open_case"
    ends_form = True

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Open it, about the order talked about, with the buyer's own words.

        A pressed Yes that belongs to an older question about an order opens nothing, and an offer
        lapses as soon as something else was said.
        """
        lapsed = not (heard.said or "").startswith(CASE_OFFERS)
        if heard.intent == "affirm" and (context.call.pressed or lapsed):
            return context.services.cancel_order.confirm(context.call)
        if heard.intent == "affirm" and heard.said in REASONS:
            return wanted(heard, context)
        return context.services.open_case.open(
            context.call, heard.hint(), text=heard.case_text or heard.text
        )


class PersonCase(ReplyAction):
    """Bring a buyer who asks for a person to one, or open a case where nobody is there."""

    action_name = "action_person_case"
    ends_form = True

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Ask for one, and say what comes of it."""
        return wanted(heard, context)


def wanted(heard: Heard, context: ActionContext) -> Reply:
    """Bring the buyer to a person; why is what was offered last."""
    return context.services.live_help.person(
        context.call,
        heard.hint(),
        text=heard.case_text or heard.text,
        reason=REASONS.get(heard.said or "", HandoffReason.ASKED),
    )


class CaseOffer(AftersaleAction, abc.ABC):
    """Offer a case: nothing else waits for a yes any more, and a plain yes opens it."""

    def answer(
        self, dispatcher: CollectingDispatcher, heard: Heard, context: ActionContext
    ) -> Events:
        """Close what waited for a yes, then ask."""
        return offer_case(dispatcher, heard, context, self.response(heard))

    @abc.abstractmethod
    def response(self, heard: Heard) -> str:
        """Return the name of the offer."""


class OfferPerson(CaseOffer):
    """Offer a person to a buyer who has had enough."""

    action_name = "action_offer_person"

    def response(self, _heard: Heard) -> str:
        """Return the same offer whatever was said."""
        return "utter_offer_person"


class OfferCase(CaseOffer):
    """Offer a case for a topic that a person takes for now."""

    action_name = "action_offer_case"

    def response(self, heard: Heard) -> str:
        """Return the offer of the topic."""
        return f"utter_offer_case_{heard.intent}"


def offer_case(
    dispatcher: CollectingDispatcher, heard: Heard, context: ActionContext, response: str
) -> Events:
    """Offer a case and end what was going on."""
    context.services.cancel_order.decline(context.call)
    if response in PERSON_OFFERS and context.services.live_help.is_free(context.call):
        response += LIVE
    dispatcher.utter_message(response=response)
    found = context.services.find_order.named(context.call, heard.hint())
    order = {"last_order": found.order.number} if found.order else {}
    offered = {**FORM_OVER, **order, "case_offered": True, "case_text": heard.text}
    return [*slots(offered), *form_ends(heard.form)]
