"""The life of a case: its news, what is added, a review, who steps in, how long it takes."""

import re
from dataclasses import replace
from typing import Any

from actions.base import ReplyAction
from actions.context import ActionContext
from actions.heard import Heard
from actions.topic_form import TopicForm
from aftersale.services.reply import Reply

DRAFT = "case_draft"
TEXT = "case_words"  # the slot that takes what is added, or why
BECAUSE = re.compile(r"(?i)\b(?:because|since|as (?:it|the|they|you|i)|although|but)\b\s*(.{12,})")
SAID_AFTER = re.compile(r":\s*(\S.{3,})", re.S)
WORDS_ENOUGH = 9  # a longer message says something itself, beside the wish


class AskCase(TopicForm):
    """Adding to a case, and disagreeing with a decision: both need a sentence of the buyer's."""

    action_name = "action_ask_case_form_case_next"
    form = "case_form"

    def step(self, heard: Heard, context: ActionContext) -> Reply:
        """Take the sentence that was asked for; at the start, the case and maybe the sentence."""
        starts = self.starts(heard)
        draft = {} if starts else heard.draft(DRAFT)
        if starts and heard.intent == "affirm":  # to the offer of a review
            draft = {"wish": "escalate_case", "case": heard.said_with.get("case_number")}
        wish = draft.get("wish", heard.intent if starts else None)
        number = heard.entities.get("case_number") or text_in(draft, "case")
        words = spoken(heard) if starts else heard.text
        answered = self.answers(heard)
        if wish == "escalate_case":
            reason = words or ("" if answered else None)
            reply = context.services.escalate_case.propose(context.call, number, reason)
        elif answered or words:
            reply = context.services.add_to_case.add(context.call, number, words or "")
        else:
            reply = context.services.add_to_case.begin(context.call, number)
        asks = reply.response in {"utter_ask_case_text", "utter_ask_escalation_reason"}
        return asking(reply, str(wish)) if asks else reply


class CaseStatus(ReplyAction):
    """Where a case stands."""

    action_name = "action_case_status"

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Say it of the case that is named, or of the only one."""
        number = heard.entities.get("case_number")
        return context.services.show_case.status(context.call, number)


class AskIntervention(ReplyAction):
    """Whether the platform steps in."""

    action_name = "action_ask_intervention"
    ends_form = True

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Say what the storefront says to it."""
        number = heard.entities.get("case_number")
        return context.services.ask_intervention.propose(
            context.call, heard.hint(), number, heard.text
        )


class ResponseTime(ReplyAction):
    """How long it takes."""

    action_name = "action_response_time"

    def reply(self, _heard: Heard, context: ActionContext) -> Reply:
        """Say what is stated, and what delays are known."""
        return context.services.waiting_time.tell(context.call)


def asking(reply: Reply, wish: str) -> Reply:
    """Return the question with what the form remembers until it is answered."""
    draft = {"wish": wish, "case": reply.variables["case_number"]}
    return replace(reply, slots={**reply.slots, DRAFT: draft, "requested_slot": TEXT})


def spoken(heard: Heard) -> str | None:
    """Return what the message says beside its wish; None when it is the wish alone."""
    text = heard.text or ""
    said = BECAUSE.search(text) or SAID_AFTER.search(text)
    if said:
        return text
    return text if len(text.split()) >= WORDS_ENOUGH else None


def text_in(draft: dict[str, Any], name: str) -> str | None:
    """Return a text of the draft, which is as untrusted as any slot."""
    value = draft.get(name)
    return value if isinstance(value, str) else None
