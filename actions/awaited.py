"""The next message after a question of ours about a case is its answer, unless it is a wish."""

from rasa_sdk.executor import CollectingDispatcher

from actions.context import ActionContext
from actions.forms import Events
from actions.heard import Heard

# Nothing that anybody would say out of the blue to get something done.
ANSWER_LIKE = frozenset(
    {"affirm", "deny", "inform_reason", "inform_order", "inform_code", "inform_email"}
    | {"inform_resolution", "inform_evidence", "cannot_provide", "not_helpful", "skip"}
    | {"nlu_fallback", "out_of_scope"}
)


def take_answer(
    dispatcher: CollectingDispatcher, heard: Heard, context: ActionContext
) -> Events | None:
    """Put the message into the case that waits for it; None when none does."""
    if heard.in_form or heard.intent not in ANSWER_LIKE or context.call.pressed is not None:
        return None
    number = context.services.add_to_case.awaited(context.call)
    if number is None:
        return None
    cases, call = context.services.add_to_case, context.call
    settled = cases.settled(call, number) if heard.intent == "affirm" else None
    reply = settled or cases.add(call, number, heard.text or "")
    dispatcher.utter_message(response=reply.response, **reply.variables)
    return [{"event": "slot", "timestamp": None, "name": "misses", "value": None}]
