"""Returns, exchanges and requested refunds: the questions of their form."""

from dataclasses import replace

from actions.base import ReplyAction
from actions.cancelling import answer_to_no, answer_to_yes
from actions.context import ActionContext
from actions.heard import Heard
from actions.problems import said_in
from actions.topic_form import TopicForm
from aftersale.services.reply import Reply

DRAFT = "return_draft"
CONFIRM = "return_confirmed"


class AskReturn(TopicForm):
    """Everything that is asked about a return, and the yes that submits it."""

    action_name = "action_ask_return_form_return_next"
    form = "return_form"

    def step(self, heard: Heard, context: ActionContext) -> Reply:
        """Take the answer to what was asked; at the start, the wish and its order."""
        asked = heard.requested_slot if self.answers(heard) else None
        if asked == CONFIRM and heard.intent in {"affirm", "deny"}:
            return self.answered(heard, context)
        starts = self.starts(heard)
        said = said_in(heard, asked, starts=starts)
        draft = {} if starts else heard.draft(DRAFT)
        return context.services.returns.step(context.call, said, draft)

    def answered(self, heard: Heard, context: ActionContext) -> Reply:
        """Take the yes or the no; what is shown once more waits for another answer."""
        answer = answer_to_yes if heard.intent == "affirm" else answer_to_no
        reply = answer(heard, context)
        asks = {} if reply.done else {"requested_slot": CONFIRM, DRAFT: heard.draft(DRAFT)}
        return replace(reply, slots=reply.slots | asks)


class RefundDestination(ReplyAction):
    """Where money that comes back goes."""

    action_name = "action_refund_destination"
    about_money = True

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Say the masked method, and whether another one is possible."""
        return context.services.show_order.refund_destination(context.call, heard.hint())
