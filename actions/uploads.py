"""Photos outside a form, and the safe way for what is confidential."""

import re

from actions.base import ReplyAction
from actions.context import ActionContext
from actions.heard import Heard
from aftersale.services.evidence import Shown
from aftersale.services.reply import Reply

ASKS = re.compile(
    r"(?i)^\W*(?:(?:ok|okay|and|so|but)\W+)*"
    r"(?:can|could|may|shall|should|do|is|are|how|where|which|what|will)\b|\?\W*$"
)


class InformEvidence(ReplyAction):
    """A photo, the word that one was sent, or the question how."""

    action_name = "action_inform_evidence"

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Give it to the case that waits for it, or ask what it shows."""
        asks = bool(heard.text and ASKS.search(heard.text))
        return context.services.evidence.heard(context.call, Shown(heard.text, asks))


class SecureChannel(ReplyAction):
    """A one-time link."""

    action_name = "action_secure_channel"

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Give the link; it says until when it works."""
        return context.services.secure_link.offer(context.call, heard.hint())
