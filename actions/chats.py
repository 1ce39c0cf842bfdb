"""Chats on messengers and the account in the shop: connecting, listing, disconnecting."""

from actions.base import ReplyAction
from actions.context import ActionContext
from actions.heard import Heard
from actions.topic_form import TopicForm
from aftersale.services.channels.link_talk import LINK
from aftersale.services.reply import Reply


class AskLink(TopicForm):
    """Whose account it is, then the code that was sent to its address."""

    action_name = "action_ask_link_form_link_next"
    form = "link_form"

    def step(self, heard: Heard, context: ActionContext) -> Reply:
        """Take the account or the code; a wish that names an account needs no question."""
        links = context.services.links
        if self.starts(heard) or heard.intent == "link_chat":
            named = heard.entities.get("email") or heard.entities.get("member_id")
            return links.start(context.call, named=named)
        if self.answers(heard):
            return links.take(context.call, heard.requested_slot, heard.text or "")
        return links.again(context.call, heard.requested_slot)


class ListLinks(ReplyAction):
    """Which chats are connected."""

    action_name = "action_list_links"

    def reply(self, _heard: Heard, context: ActionContext) -> Reply:
        """List them, each with a way to disconnect it."""
        return context.services.links.shown(context.call)


class UnlinkChat(ReplyAction):
    """A chat is disconnected: the named one, else this one."""

    action_name = "action_unlink_chat"

    def reply(self, heard: Heard, context: ActionContext) -> Reply:
        """Disconnect it."""
        return context.services.links.unlink(context.call, heard.entities.get(LINK))
