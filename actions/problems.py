"""What did not arrive, or arrived wrong: the questions of its form."""

from aftersale.services.problem_draft import Said

from actions.context import ActionContext
from actions.heard import Heard
from actions.topic_form import TopicForm
from aftersale.services.reply import Reply

DRAFT = "problem_draft"


class AskProblem(TopicForm):
    """Everything that is asked about a problem, and the yes that files it."""

    action_name = "action_ask_problem_form_problem_next"
    form = "problem_form"

    def step(self, heard: Heard, context: ActionContext) -> Reply:
        """Take the answer to what was asked; at the start, the problem and its order."""
        asked = heard.requested_slot if self.answers(heard) else None
        return context.services.problems.step(
            context.call, said(heard, asked), {} if self.starts(heard) else heard.draft(DRAFT)
        )


def said(heard: Heard, asked: str | None) -> Said:
    """Return the message as the use case reads it."""
    return Said(
        intent=heard.intent,
        text=heard.text,
        hint=heard.hint(),
        asked=asked,
        resolution=heard.entities.get("resolution"),
        doubts=heard.has_doubts,
    )
