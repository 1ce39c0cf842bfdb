"""What did not arrive, or arrived wrong: its form, and the instructions of an order."""

from dataclasses import replace

from actions.base import ReplyAction
from actions.cancelling import answer_to_no, answer_to_yes
from actions.context import ActionContext
from actions.heard import Heard
from actions.topic_form import TopicForm
from aftersale.services.problem_draft import Said
from aftersale.services.reply import Reply

DRAFT = "problem_draft"
CONFIRM = "problem_confirmed"


class AskProblem(TopicForm):
    """Everything that is asked about a problem, and the yes that files it."""

    action_name = "action_ask_problem_form_problem_next"
    form = "problem_form"

    def step(self, heard: Heard, context: ActionContext) -> Reply:
        """Take the answer to what was asked; at the start, the problem and its order."""
        asked = heard.requested_slot if self.answers(heard) else None
        if asked == CONFIRM and heard.intent in {"affirm", "deny"}:
            return self.answered(heard, context)
        starts = self.starts(heard)
        said = said_in(heard, asked, starts=starts)
        draft = {} if starts else heard.draft(DRAFT)
        return context.services.problems.step(context.call, said, draft)

    def answered(self, heard: Heard, context: ActionContext) -> Reply:
        """Take the yes or the no; what is shown once more waits for another answer."""
        answer = answer_to_yes if heard.intent == "affirm" else answer_to_no
        reply = answer(heard, context)
        asks = {} if reply.done else {"requested_slot": CONFIRM, DRAFT: heard.draft(DRAFT)}
        return replace(reply, slots=reply.slots | asks)


def said_in(heard: Heard, asked: str | None, *, starts: bool) -> Said:
    """Return the message as the use case reads it."""
    return Said(
        intent=heard.intent,
        text=heard.text,
        hint=heard.hint(),
        asked=asked,
        resolution=heard.entities.get("resolution"),
        line=heard.entities.get("line_id"),
        starts=starts,
    )


class AskReimbursement(ReplyAction):
    """Money from the platform for what never came."""

    action_name = "action_ask_reimbursement"
    ends_form = True

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Say whether it may be eligible; a yes submits it for review."""
        return context.services.reimbursement.ask(context.call, heard.hint(), heard.text)


class OrderInstructions(ReplyAction):
    """What the order's page says about it."""

    action_name = "action_order_instructions"

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Show the instructions, or that there are none."""
        return context.services.show_order.instructions(context.call, heard.hint())
